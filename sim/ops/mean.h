// Means over tokens and over time.
#pragma once

#include "sim/core/spikes.h"

namespace bispike {

/// [t, B, N, C] or [t, B, H, W, C] -> [t, B, C]: the sum over tokens in index order, divided by their number. Throws
/// Error for a rank below 4 or no tokens. Synaptic operations: none.
Tensor mean_tokens(const Tensor& x);
/// The same bits as for the dense copy of x.
Tensor mean_tokens(const Spikes& x);
/// dL/dx from dL/dy [t, B, C]; `x` is the shape of the input.
Tensor mean_tokens_backward(const Shape& x, const Tensor& gradient);

/// [t, B, N, C] to the same shape: y_n is the mean of tokens 0 to n, the sum in index order divided by n + 1. Synaptic
/// operations: none.
Tensor running_mean(const Tensor& x);
/// dL/dx_m = sum of g_n / (n + 1) over n >= m, the last first.
Tensor running_mean_backward(const Tensor& gradient);

/// [T, ...] -> [...]: the sum over steps in order, divided by their number. Synaptic operations: none.
Tensor mean_time(const Tensor& x);
/// dL/dx from dL/dy [...]; `x` is the shape of the input.
Tensor mean_time_backward(const Shape& x, const Tensor& gradient);

/// Plain references, in float64.
Tensor mean_tokens_reference(const Tensor& x);
Tensor mean_time_reference(const Tensor& x);

}  // namespace bispike
