// Softmax over the last axis.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// a_j = e^x_j / sum_j e^x_j along the last axis, x and the result [..., N]; the largest entry is taken off first.
/// Entries more than 87 below it (e^-87 = 1.6e-38) become 0; a NaN makes its whole row NaN.
Tensor softmax(const Tensor& x);
/// dL/dx_j = a_j (g_j - sum_i g_i a_i) from g = dL/da.
Tensor softmax_backward(const Tensor& weights, const Tensor& gradient);

namespace reference {
/// Plain forms, in double inside.
Tensor softmax(const Tensor& x);
Tensor softmax_backward(const Tensor& weights, const Tensor& gradient);
}  // namespace reference

}  // namespace bispike
