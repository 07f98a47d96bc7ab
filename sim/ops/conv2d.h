// Two-dimensional convolution, channels last: event-driven on spikes, dense on tensors.
#pragma once

#include <vector>

#include "sim/ops/linear.h"

namespace bispike {

/// Square kernel, one stride and zero padding for both axes. Channels divide evenly into groups.
struct ConvShape {
    int64_t in_channels = 1, out_channels = 1;
    int64_t kernel = 3, stride = 1, padding = 1, groups = 1;  // [pixels]

    int64_t taps() const { return kernel * kernel; }
    /// Output extent for an input extent.
    int64_t output(int64_t extent) const { return (extent + 2 * padding - kernel) / stride + 1; }
    /// Output positions along one axis whose window covers position `at` of an input of `extent`: the fan-out.
    int64_t fan_out(int64_t at, int64_t extent) const;
};

/// Packed weights, one pair a group; inputs in the order (ky, kx, channel).
struct ConvWeights {
    ConvShape shape;
    std::vector<SynapseWeights> groups;

    /// weight [out, in / groups, k, k] as in PyTorch; bias [out] or empty. Throws Error if the shapes do not fit.
    static ConvWeights from(ConvShape shape, const Tensor& weight, std::span<const float> bias, bool for_training);
};

/// y [..., Ho, Wo, out] = x [..., H, W, in] * w + b. Each output is one chain over (ky, kx, channel).
Tensor conv2d(const Tensor& x, const ConvWeights& w);
Tensor conv2d(const Spikes& x, const ConvWeights& w);
/// dL/dx of shape x_shape from dL/dy.
Tensor conv2d_input_gradient(const Tensor& dy, const ConvWeights& w, const Shape& x_shape);
/// dL/dW [out, in / groups, k, k] += ...
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
