// Sums over the channels of each attention head, and back: one value a head (QKFormer, Zhou et al., NeurIPS 2024).
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/count.h"

namespace bispike {

/// y_h = sum over the channels c of head h of x_c. x [t, B, N, C], result [t, B, N, heads]: integers where x is spikes.
/// Throws Error if the heads do not divide C.
Tensor head_sum(const Spikes& x, int64_t heads);
/// The plain form, the reference of the other.
Tensor head_sum(const Tensor& x, int64_t heads);
/// Accumulates: one for each spike (level).
OpCount head_sum_count(const Spikes& x);

/// y_c = x_h for each channel c of head h, and so the gradient of the sum. x [t, B, N, heads], result [t, B, N, C]. No
/// synaptic operation. Throws Error if the heads do not divide C.
Spikes head_spread(const Spikes& x, int64_t channels);
Tensor head_spread(const Tensor& x, int64_t channels);

}  // namespace bispike
