// What the pages are made from.
#include "tools/report_page/page_parts.h"

#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "tools/report_page/assets.h"

namespace bispike {
namespace {

using nlohmann::ordered_json;

/// JSON inside of a script element: "</script>" in a text must not end it.
std::string for_script(const ordered_json& j) {
    std::string text = j.dump();
    for (size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "\\u003c");
    return text;
}

void put(std::string& page, const std::string& mark, std::string_view text) {
    page.replace(page.find(mark), mark.size(), text);
}

}  // namespace

ordered_json parsed(const std::string& text, const char* name) {
    if (text.empty()) return nullptr;
    ordered_json j = ordered_json::parse(text, nullptr, false);
    if (j.is_discarded()) fail("{} is no JSON", name);
    return j;
}

std::string filled_page(const PageParts& parts, const ordered_json& data) {
    std::string page(report_assets::frame_html);  // filled from its end, so that no mark is sought in what was put in
    put(page, "@PAGE_JS@", parts.script);
    put(page, "@FIGURES_JS@", report_assets::figures_js);
    put(page, "@CHART_JS@", report_assets::chart_js);
    put(page, "@PAGE_DATA@", for_script(data));
    put(page, "@BODY@", parts.body);
    put(page, "@PAGE_CSS@", report_assets::page_css);
    put(page, "@TITLE@", parts.title);
    return page;
}

}  // namespace bispike
