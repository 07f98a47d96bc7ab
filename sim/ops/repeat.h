// A value that is the same at every step, written out for each of them.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// [1, ...] -> [steps, ...]. Throws Error for another outermost extent. Synaptic operations: none.
Tensor repeat_steps(const Tensor& x, int64_t steps);
/// dL/dx [1, ...] from dL/dy [steps, ...]: the sum over the steps in order.
Tensor repeat_steps_backward(const Tensor& gradient);

}  // namespace bispike
