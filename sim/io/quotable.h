// Text from a user's file inside an error message.
#pragma once

#include <string>
#include <string_view>

namespace bispike {

/// The text, fit for a one-line message: control characters become `?`, and what is long is cut after a whole UTF-8
/// character within the first 120 bytes.
std::string quotable(std::string_view text);

}  // namespace bispike
