// The one exception type: something the user can cause and can mend.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace bispike {

/// A mistake in a file, a config, a shape or on the command line. Its text is one line that names the culprit,
/// the value and the choices. `main` alone catches it and exits with status 1. Bugs assert instead.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws Error with a formatted one-line message.
template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
    throw Error(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace bispike
