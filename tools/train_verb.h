// `bispike train`.
#pragma once

#include <span>
#include <string>

namespace bispike {

/// Trains a network from a config. Returns the exit status.
int train_verb(std::span<const std::string> args);

}  // namespace bispike
