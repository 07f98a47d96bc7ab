// Rows of length one.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// y = x / sqrt(|x|^2 + eps) along the last axis, in float64 inside. This is the plain form already.
Tensor unit_rows(const Tensor& x, float eps);
/// dL/dx = (g - y (y . g)) / sqrt(|x|^2 + eps) from g = dL/dy.
Tensor unit_rows_backward(const Tensor& x, const Tensor& gradient, float eps);

}  // namespace bispike
