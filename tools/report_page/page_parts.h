// What the pages are made from: a frame that all of them share, and what each puts into it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace bispike {

/// A text of JSON; null where it is empty. Throws Error with `name` for one that is none.
nlohmann::ordered_json parsed(const std::string& text, const char* name);

/// What is a page's own, of tools/report_page.
struct PageParts {
    std::string_view title, body, script;  // HTML, HTML, JavaScript
};

/// The frame with them and the data, the style, the plotting library and figures.js.
std::string filled_page(const PageParts& parts, const nlohmann::ordered_json& data);

}  // namespace bispike
