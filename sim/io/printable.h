// Words out of a foreign file, made fit for an error message.
#pragma once

#include <string>
#include <string_view>

namespace bispike {

/// `words` on one line: control characters become `?`, and what is past 120 bytes becomes `...`.
std::string printable(std::string_view words);

}  // namespace bispike
