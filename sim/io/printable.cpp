// Words out of a foreign file, made fit for an error message.
#include "sim/io/printable.h"

#include <algorithm>

namespace bispike {

std::string printable(std::string_view words) {
    constexpr size_t kLongest = 120;  // [bytes]
    std::string line(words.substr(0, kLongest));
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return words.size() > kLongest ? line + "..." : line;
}

}  // namespace bispike
