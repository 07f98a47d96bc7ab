// The discrete Fourier transform over tokens and channels, real part.
#pragma once

#include "sim/core/tensor.h"
#include "sim/ops/count.h"

namespace bispike {

/// y_nc = Re sum_mk x_mk e^(-2 pi i (n m / N + c k / C)) / sqrt(N C) for each image of x [t, B, N, C]. Symmetric, so
/// its gradient is itself.
Tensor fourier_real(const Tensor& x);
/// Multiply-accumulates of the transforms of all channels, and of all tokens.
OpCount fourier_real_count(const Shape& x);

/// Plain reference: the definition in float64.
Tensor fourier_real_reference(const Tensor& x);

}  // namespace bispike
