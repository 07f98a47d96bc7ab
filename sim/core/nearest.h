// Spelling help for error messages: the known word nearest to what was typed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bispike {

/// Edit distance (insert, delete, replace, each 1) between two words.
int edit_distance(std::string_view a, std::string_view b);

/// The choice with the smallest edit distance to `word`; the first one on a tie. `choices` is not empty.
std::string nearest(std::string_view word, std::span<const std::string> choices);

/// "`word` (did you mean `x`?); choices: a, b, c" for an error message.
std::string suggestion(std::string_view word, std::span<const std::string> choices);

}  // namespace bispike
