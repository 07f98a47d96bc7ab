// The most that an event-driven kernel could do: loading weights from the L1 cache and adding them.
#pragma once

#include <cstdint>

namespace bispike {

/// Loads and adds `weights` float32 weights, again and again from an array that the L1 cache holds. Returns the sum, so
/// that it is not left out.
float load_and_add(int64_t weights);

}  // namespace bispike
