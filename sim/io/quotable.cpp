// Text from a user's file inside an error message.
#include "sim/io/quotable.h"

namespace bispike {
namespace {

constexpr size_t kLongestQuote = 120;  // [bytes]

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string quotable(std::string text) {
    if (text.size() > kLongestQuote) {
        size_t kept = kLongestQuote;
        while (kept > 0 && continues_a_character(text[kept])) --kept;
        text.resize(kept);
        text += "...";
    }
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
    return text;
}

}  // namespace bispike
