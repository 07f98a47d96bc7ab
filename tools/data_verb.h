// `bispike data`: fetches data sets and lists them.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// args: what follows "data" on the command line. Returns the exit status. Throws Error, and UsageError for bad usage.
int data_verb(std::span<const std::string> args);

}  // namespace bispike
