// Which outputs an input of a convolution reaches, exact at the borders.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/tensor.h"
#include "sim/energy/layer_facts.h"

namespace bispike {

/// A window over an image of height x width pixels.
struct WindowOver {
    ConvShape window;
    int64_t height = 1, width = 1;
};

/// Outputs that an input of each pixel reaches, of the output channels of its group: [height * width].
std::vector<uint32_t> fan_outs(const WindowOver& over);

/// The same for weights that are not 0. weight [out, in / groups, ky, kx].
LiveFanOut live_fan_outs(const WindowOver& over, const Tensor& weight);
/// Of a linear map, weight [out, in]: one row.
LiveFanOut live_fan_outs(const Tensor& weight);

}  // namespace bispike
