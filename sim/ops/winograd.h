// The input gradient of a 3x3 convolution by Winograd's minimal filtering: 16 products in the place of 36.
//
// Each tile of 2x2 input pixels is a sum over the 4x4 output pixels around it. With B, G and A of F(2x2, 3x3)
//   dx = A^T [ (G w G^T) o (B^T dy B) ] A
// where o goes element by element and is a matrix product over channels: 16 of them, one for each place of a tile.
// A and B hold 0, 1 and -1 only, G also 1/2, so little is rounded that the direct sum would not round too.
//
// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, section 4.1.
#pragma once

#include "sim/ops/conv2d.h"

namespace bispike {

/// 3x3 taps side by side, stride 1, one group.
bool takes_winograd(const ConvShape& shape);

/// The weights [out, taps * in] in gathering order as G w G^T: inputs (place in the tile, out), outputs in.
PackedMatrix winograd_weights(const Tensor& rows, const ConvShape& shape);

/// As slide_input_gradient, but for the rounding: each value one chain over the output channels for each place.
Tensor winograd_input_gradient(const Tensor& dy, const PackedMatrix& weights, const ConvShape& shape, const Shape& x);

}  // namespace bispike
