// What the pages are made from: a template, its data, its script, and what all of them share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace bispike {

/// A text of JSON; null where it is empty. Throws Error with `name` for one that is none.
nlohmann::ordered_json parsed(const std::string& text, const char* name);

/// A template of tools/report_page with its data and script, the style, the plotting library and figures.js.
std::string filled_page(std::string_view html, std::string_view script, const nlohmann::ordered_json& data);

}  // namespace bispike
