// Batch normalisation over the rows of a tensor (Ioffe and Szegedy 2015).
#pragma once

#include <vector>

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

/// What the gradients of batch normalisation need of all rows: for each channel the sums of dy and of
/// dy * (x - mean), in float32 over the rows of one call of add(), in float64 over the calls. [C]
class NormSums {
public:
    explicit NormSums(const ChannelMoments& moments);
    void add(const float* x, const float* dy, int64_t rows);
    double gradient(int64_t c) const { return gradient_[static_cast<size_t>(c)]; }
    double product(int64_t c) const { return product_[static_cast<size_t>(c)]; }

private:
    const ChannelMoments& moments_;
    std::vector<double> gradient_, product_;
    std::vector<float> some_gradient_, some_product_;
};

/// Gradients of batch normalisation with batch statistics. dx as x; gamma and beta [C].
struct BatchNormGradient {
    Tensor x, gamma, beta;
};
/// dx takes the memory of dy. The sums are those of all rows.
BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma,
                                      const NormSums& sums, Tensor dy);
/// The same, which sums rows in blocks of 256.
BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma, Tensor dy);

/// Sum of each channel over all rows, rows in order (blocks of 256 in float32, blocks summed in float64). [C]
Tensor channel_sums(const Tensor& x);

namespace reference {
/// Plain float64 loops.
ChannelMoments channel_moments(const Tensor& x);
BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma,
                                      const Tensor& dy);
}  // namespace reference

}  // namespace bispike
