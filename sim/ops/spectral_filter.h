// A filter of the frequencies of a grid of tokens.
#pragma once

#include "sim/core/tensor.h"
#include "sim/ops/count.h"

namespace bispike {

/// y = IFFT2(K FFT2(x)) over the grid, channel by channel: a global circular convolution. x [t, B, N, C] with the N
/// tokens of `rows` by `columns` patches, row by row; filter K [rows, columns / 2 + 1, C, 2], complex, of the
/// frequencies that a real transform has (torch's rfft2 and irfft2 do the same). Throws Error if the shapes do not fit.
Tensor spectral_filter(const Tensor& x, const Tensor& filter, int64_t columns);

struct FilterGradient {
    Tensor x, filter;
};
/// From g = dL/dy: dL/dx = IFFT2(conj(K) FFT2(g)), dL/dK = m conj(FFT2(x)) FFT2(g) / N with m = 2 where a frequency
/// stands for its mirror image too, else 1. Images in order.
FilterGradient spectral_filter_backward(const Tensor& x, const Tensor& filter, const Tensor& gradient, int64_t columns);

/// Two transforms of complex numbers, and a complex product for each frequency kept.
OpCount spectral_filter_count(const Shape& x, const Shape& filter, int64_t columns);

/// Plain reference: the definition in float64.
Tensor spectral_filter_reference(const Tensor& x, const Tensor& filter, int64_t columns);

}  // namespace bispike
