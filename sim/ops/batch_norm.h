// Batch normalisation over the rows of a tensor (Ioffe and Szegedy 2015).
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

inline constexpr float kBatchNormEpsilon = 1e-5f;

/// Mean and biased variance of each channel over all rows. [C]
struct ChannelMoments {
    Tensor mean, variance;
};
ChannelMoments channel_moments(const Tensor& x);

/// y[r, c] = x[r, c] * scale[c] + shift[c] (one fused multiply-add).
Tensor affine(const Tensor& x, const Tensor& scale, const Tensor& shift);

/// What normalisation does to a channel: scale = gamma / sqrt(variance + eps), shift = beta - mean * scale. [C]
struct ChannelAffine {
    Tensor scale, shift;
};
ChannelAffine normalisation(const ChannelMoments& moments, const Tensor& gamma, const Tensor& beta);

/// Gradients of batch normalisation with batch statistics. dx as x; gamma and beta [C].
struct BatchNormGradient {
    Tensor x, gamma, beta;
};
BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma,
                                      const Tensor& dy);

/// Sum of each channel over all rows, rows in order (blocks of 256 in float32, blocks summed in float64). [C]
Tensor channel_sums(const Tensor& x);

namespace reference {
/// Plain float64 loops.
ChannelMoments channel_moments(const Tensor& x);
BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma,
                                      const Tensor& dy);
}  // namespace reference

}  // namespace bispike
