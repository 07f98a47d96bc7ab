// The rectified linear unit.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// y = max(x, 0), element by element. This is the plain form already. Synaptic operations: none.
Tensor relu(Tensor x);
/// dL/dx = g where y > 0, else 0, from g = dL/dy.
Tensor relu_backward(const Tensor& y, const Tensor& gradient);

}  // namespace bispike
