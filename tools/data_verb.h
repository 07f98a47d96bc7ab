// `bispike data`: fetches data sets and lists them.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// args: what follows "data" on the command line. Returns the exit status: 0, or 2 for bad usage. Throws Error.
int data_verb(std::span<const std::string> args);

}  // namespace bispike
