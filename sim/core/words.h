// Lists of words: "a, b , c".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bispike {

/// The words between separators, without blanks around them; empty ones are left out.
std::vector<std::string> split_words(std::string_view text, char separator);

}  // namespace bispike
