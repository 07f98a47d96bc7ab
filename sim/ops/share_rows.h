// Rows of shares.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// y_j = x_j / sum_i x_i along the last axis for x >= 0; a row of zeros stays as it is. In float64 inside. This is the
/// plain form already.
Tensor share_rows(const Tensor& x);
/// dL/dx_j = (g_j - sum_i g_i y_i) / sum_i x_i from g = dL/dy; 0 for a row of zeros.
Tensor share_rows_backward(const Tensor& x, const Tensor& gradient);

}  // namespace bispike
