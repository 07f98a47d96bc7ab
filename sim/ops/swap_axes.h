// Two axes of an array, exchanged.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// The same values with axes `a` and `b`, a < b, exchanged: [t, B, N, C] to [t, B, C, N] for 2 and 3. Its own inverse,
/// so its own gradient too. Synaptic operations: none.
Tensor swap_axes(const Tensor& x, int a, int b);

}  // namespace bispike
