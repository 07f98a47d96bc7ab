// Gradients of convolutions whose window slides pixel by pixel: stride 1, one group.
//
// dL/dy of a few rows of pixels is copied into a frame of zeros, wide enough that every tap of every input pixel lies
// in it. Then nothing is scattered: a pixel's gradient is a sum over its taps, and a weight's a sum over its events.
#pragma once

#include "sim/ops/conv2d.h"

namespace bispike {

inline bool slides(const ConvShape& s) { return s.y.stride == 1 && s.x.stride == 1 && s.groups == 1; }

/// The weights [out, taps * in] in gathering order, turned for slide_input_gradient: inputs (tap, out), outputs in.
PackedMatrix slide_transposed(const Tensor& rows, const ConvShape& shape);

/// As conv2d_input_gradient: each value one chain over (ky, kx, output channel).
Tensor slide_input_gradient(const Tensor& dy, const PackedMatrix& transposed, const ConvShape& shape, const Shape& x);

/// As conv2d_weight_gradient, with the same bits: sum [taps * in, out] += ...
void slide_weight_gradient(const Spikes& x, const Tensor& dy, const ConvShape& shape, PackedMatrix& sum);

}  // namespace bispike
