// Lists of words.
#include "sim/core/words.h"

#include <algorithm>

namespace bispike {

std::vector<std::string> split_words(std::string_view text, char separator) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(separator));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto first = part.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        words.emplace_back(part.substr(first, part.find_last_not_of(" \t") - first + 1));
    }
    return words;
}

}  // namespace bispike
