// `bispike simulate`.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// Runs a config or a model over images. Returns the exit status.
int simulate_verb(std::span<const std::string> args);

}  // namespace bispike
