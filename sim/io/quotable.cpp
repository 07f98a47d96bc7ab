// Text from a user's file inside an error message.
#include "sim/io/quotable.h"

#include <algorithm>

namespace bispike {
namespace {

constexpr size_t kLongestQuote = 120;  // [bytes]

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string quotable(std::string_view text) {
    size_t kept = std::min(text.size(), kLongestQuote);
    if (kept < text.size())
        while (kept > 0 && continues_a_character(text[kept])) --kept;
    std::string quote(text.substr(0, kept));
    for (char& c : quote)
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
    return kept < text.size() ? quote + "..." : quote;
}

}  // namespace bispike
