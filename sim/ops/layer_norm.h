// Layer normalisation over channels.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

inline constexpr float kLayerNormEps = 1e-5f;

/// y = gamma (x - mean) / sqrt(variance + eps) + beta over the channels of each row (Ba et al. 2016; the variance is
/// divided by C). x [..., C], gamma and beta [C]. Throws Error if gamma or beta do not fit. Synaptic operations: none.
Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, float eps = kLayerNormEps);

struct LayerNormGradient {
    Tensor x;            // [..., C]
    Tensor gamma, beta;  // [C]
};

/// Gradients from dL/dy [..., C].
LayerNormGradient layer_norm_backward(const Tensor& x, const Tensor& gamma, const Tensor& gradient,
                                      float eps = kLayerNormEps);

namespace reference {
/// Plain forms, in double inside, sums in index order.
Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, float eps = kLayerNormEps);
LayerNormGradient layer_norm_backward(const Tensor& x, const Tensor& gamma, const Tensor& gradient,
                                      float eps = kLayerNormEps);
}  // namespace reference

}  // namespace bispike
