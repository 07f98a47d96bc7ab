// `bispike compare`: networks trained alike, side by side.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// Returns the exit status. Throws Error and UsageError.
int compare_verb(std::span<const std::string> args);

}  // namespace bispike
