// Spike-count normalisation of attention scores: each row shares out exactly 1 by counted coincidences.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// a_j = max(x_j, 0) / sum_j max(x_j, 0) along the last axis. A row without a positive entry is uniform. x and the
/// result [..., N]; finite. Sums of integers are exact in any order: this is the plain form already.
Tensor spike_count(const Tensor& x);
/// dL/dx from g = dL/da: [x_j >= 0] (g_j - sum_i g_i a_i) / S with S the row's sum; at 0 the derivative from above,
/// for else pairs that never coincided would never learn to. In a row without a positive entry S stands for one
/// coincidence, so that silent queries stay trainable.
Tensor spike_count_backward(const Tensor& x, const Tensor& weights, const Tensor& gradient);

}  // namespace bispike
