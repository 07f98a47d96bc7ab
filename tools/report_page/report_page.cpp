// The page of a report.
#include "tools/report_page/report_page.h"

#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "tools/report_page/assets.h"

namespace bispike {
namespace {

using nlohmann::ordered_json;

ordered_json parsed(const std::string& text, const char* name) {
    if (text.empty()) return nullptr;
    ordered_json j = ordered_json::parse(text, nullptr, false);
    if (j.is_discarded()) fail("{} is no JSON", name);
    return j;
}

/// What a reader has to know to repeat the run, from the results.
ordered_json manifest(const ordered_json& results) {
    ordered_json m;
    for (const char* key :
         {"config", "dataset", "model_hash", "data_hash", "answers_hash", "seed", "version", "compiler", "dispatch",
          "threads", "weights", "seconds", "images_per_second", "peak_memory_bytes"})
        if (results.contains(key)) m[key] = results[key];
    return m;
}

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

std::string report_page(const ReportParts& parts) {
    const ordered_json results = parsed(parts.results, "results.json");
    const ordered_json data{{"results", results},
                            {"energy", parsed(parts.energy, "energy.json")},
                            {"trace", parsed(parts.trace, "the digest of the trace")},
                            {"manifest", manifest(results)},
                            {"config", parts.config}};
    std::string page(report_assets::page_html);  // filled from its end, so that no mark is sought in what was put in
    put(page, "@PAGE_JS@", report_assets::page_js);
    put(page, "@CHART_JS@", report_assets::chart_js);
    put(page, "@PAGE_DATA@", for_script(data));
    put(page, "@PAGE_CSS@", report_assets::page_css);
    return page;
}

}  // namespace bispike
