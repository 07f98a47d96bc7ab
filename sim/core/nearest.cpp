// Spelling help for error messages (Levenshtein 1966, two-row dynamic programme).
#include "sim/core/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <numeric>

namespace bispike {

int edit_distance(std::string_view a, std::string_view b) {
    std::vector<int> above(b.size() + 1);
    std::iota(above.begin(), above.end(), 0);
    for (size_t i = 0; i < a.size(); ++i) {
        int diagonal = above[0];
        above[0] = static_cast<int>(i) + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const int replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = above[j + 1];
            above[j + 1] = std::min({replaced, above[j] + 1, diagonal + 1});
        }
    }
    return above.back();
}

std::string nearest(std::string_view word, std::span<const std::string> choices) {
    assert(!choices.empty());
    return *std::ranges::min_element(choices, {}, [&](const std::string& c) { return edit_distance(word, c); });
}

std::string suggestion(std::string_view word, std::span<const std::string> choices) {
    return fmt::format("`{}` (did you mean `{}`?); choices: {}", word, nearest(word, choices),
                       fmt::join(choices, ", "));
}

}  // namespace bispike
