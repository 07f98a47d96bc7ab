// Softmax over the last axis.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// a_j = e^x_j / sum_j e^x_j along the last axis, x and the result [..., N]; in double inside, the largest entry
/// taken off first. This is the plain form already.
Tensor softmax(const Tensor& x);
/// dL/dx_j = a_j (g_j - sum_i g_i a_i) from g = dL/da.
Tensor softmax_backward(const Tensor& weights, const Tensor& gradient);

}  // namespace bispike
