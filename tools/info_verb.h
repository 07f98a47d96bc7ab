// `bispike info`.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// Lists the registered models, or describes model files. Returns the exit status.
int info_verb(std::span<const std::string> args);

}  // namespace bispike
