// `bispike report`.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// Returns the exit status. Throws Error and UsageError.
int report_verb(std::span<const std::string> args);

}  // namespace bispike
