// Two-dimensional convolution, channels last: event-driven on spikes, dense on tensors.
#pragma once

#include <vector>

#include "sim/ops/linear.h"

namespace bispike {

/// What a convolution does along one axis: taps `dilation` pixels apart, zeros around the image.
struct ConvAxis {
    int64_t kernel = 3, stride = 1, padding = 1, dilation = 1;  // [pixels], kernel [taps]

    /// Pixels from the first tap to the last.
    int64_t reach() const { return dilation * (kernel - 1) + 1; }
    /// Output extent for an input extent.
    int64_t output(int64_t extent) const { return (extent + 2 * padding - reach()) / stride + 1; }
    /// The first tap inside the image of a window that begins at `start`, which padding may put before it.
    int64_t first_tap(int64_t start) const { return start < 0 ? (dilation - 1 - start) / dilation : 0; }
    /// Output positions that have a tap on position `at` of an input of `extent`: the fan-out.
    int64_t fan_out(int64_t at, int64_t extent) const;
};

/// Channels divide evenly into groups.
struct ConvShape {
    int64_t in_channels = 1, out_channels = 1;
    ConvAxis y = {}, x = y;  // a square one unless x is given too
    int64_t groups = 1;

    int64_t taps() const { return y.kernel * x.kernel; }
};

/// Packed weights, one pair a group; inputs in the order (ky, kx, channel).
struct ConvWeights {
    ConvShape shape;
    std::vector<SynapseWeights> groups;

    /// weight [out, in / groups, ky, kx] as in PyTorch; bias [out] or empty. Throws Error if the shapes do not fit.
    static ConvWeights from(ConvShape shape, const Tensor& weight, std::span<const float> bias, bool for_training);
    /// As PackedMatrix::quantise(), all groups.
    void quantise(WeightFormat format);
};

/// y [..., Ho, Wo, out] = x [..., H, W, in] * w + b. Each output is one chain over (ky, kx, channel).
Tensor conv2d(const Tensor& x, const ConvWeights& w);
Tensor conv2d(const Spikes& x, const ConvWeights& w);
/// dL/dx of shape x_shape from dL/dy.
Tensor conv2d_input_gradient(const Tensor& dy, const ConvWeights& w, const Shape& x_shape);
/// dL/dW [out, in / groups, ky, kx] += ...
void conv2d_weight_gradient(const Tensor& x, const Tensor& dy, const ConvShape& shape, Tensor& dw);
void conv2d_weight_gradient(const Spikes& x, const Tensor& dy, const ConvShape& shape, Tensor& dw);

/// Exact: padding taps are not counted.
OpCount conv2d_count(const Tensor& x, const ConvShape& shape);
OpCount conv2d_count(const Spikes& x, const ConvShape& shape);

namespace reference {
/// Seven plain loops over the same chains.
Tensor conv2d(const Tensor& x, const ConvShape& shape, const Tensor& weight, std::span<const float> bias);
}  // namespace reference

}  // namespace bispike
