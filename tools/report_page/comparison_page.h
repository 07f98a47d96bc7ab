// The page of a comparison: one file that needs no other.
#pragma once

#include <string>

namespace bispike {

/// The HTML, from the text of compare.json. Throws Error for one that is no JSON.
std::string comparison_page(const std::string& comparison);

}  // namespace bispike
