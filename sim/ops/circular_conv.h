// Circular convolution along the tokens with kernels as long as the row of tokens.
#pragma once

#include "sim/core/tensor.h"
#include "sim/ops/complex_rows.h"
#include "sim/ops/count.h"

namespace bispike {

/// y_no = sum_i sum_k w_oik x_[(n - k) mod N]i: outputs o of a block see the inputs i of the same block of channels.
/// x [t, B, N, C], w [C, C / blocks, N], result as x. By transforms along the tokens: one complex matrix a frequency.
struct CircularKernels {
    int64_t tokens = 0, channels = 0, inputs = 0;  // N, C, C / blocks
    ComplexRows forward = {};                      // W_k [N / 2 + 1, C inputs of blocks, outputs of the block]
    ComplexRows backward = {};                     // conj(W_k), [N / 2 + 1, C outputs, inputs of the block]

    /// Of kernels w. Throws Error unless they have this form.
    static CircularKernels from(const Tensor& w);
    int64_t frequencies() const { return tokens / 2 + 1; }
};
Tensor circular_conv(const Tensor& x, const CircularKernels& w);

struct CircularGradient {
    Tensor x, w;
};
/// From g = dL/dy [t, B, N, C]; images in order.
CircularGradient circular_conv_backward(const Tensor& x, const CircularKernels& w, const Tensor& gradient);

/// Two transforms of complex numbers, and a complex product for each frequency kept, channel and input of its block.
OpCount circular_conv_count(const Shape& x, const CircularKernels& w);

/// Plain reference: the definition in float64.
Tensor circular_conv_reference(const Tensor& x, const Tensor& w);

}  // namespace bispike
