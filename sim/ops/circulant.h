// The weighted sum over values with circulant weights: every token uses the same weights, turned to where it stands.
#pragma once

#include "sim/core/tensor.h"
#include "sim/ops/count.h"

namespace bispike {

/// y_ic = sum_k a_k v_[(i + k) mod N]c, per head: the mix whose weights are A_ij = a_[(j - i) mod N], row i being row 0
/// turned by i. weights a [t, B, heads, N], v [t, B, N, C], result [t, B, N, C]. Throws Error if the shapes do not fit.
///
/// `gather` sums over tokens: one chain of fused multiply-adds over j in index order, the bits of mix() with A written
/// out. `fft` transforms along tokens: IFFT(conj(FFT(a)) FFT(v)), two channels of a head as one complex one.
Tensor circulant_gather(const Tensor& weights, const Tensor& v);
Tensor circulant_fft(const Tensor& weights, const Tensor& v);

struct CirculantGradient {
    Tensor weights;  // [t, B, heads, N]
    Tensor v;        // [t, B, N, C]
};
/// dL/da_k = sum_ic g_ic v_[(i + k) mod N]c over the head's channels, dL/dv_jc = sum_i a_[(j - i) mod N] g_ic, from
/// g = dL/dy [t, B, N, C].
CirculantGradient circulant_gather_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient);
CirculantGradient circulant_fft_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient);

/// A multiply-accumulate for each pair of tokens and channel; or those of three transforms and of the product of
/// spectra.
OpCount circulant_gather_count(const Shape& weights, const Shape& v);
OpCount circulant_fft_count(const Shape& weights, const Shape& v);

/// The weights written out: A [t, B, heads, N, N].
Tensor circulant_matrix(const Tensor& weights);

/// Plain reference: the definition in float64.
Tensor circulant_reference(const Tensor& weights, const Tensor& v);

}  // namespace bispike
