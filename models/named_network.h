// Networks by the names of the literature: "spikingformer-4-384" is four blocks of 384 channels.
#pragma once

#include <string>

#include "sim/core/settings.h"

namespace bispike {

/// Sets the keys of [network] and the attention of FAMILY-DEPTH-WIDTH, as its authors made it for images of this size:
/// their form for ImageNet from 128 pixels on, that for CIFAR below. Depth counts the blocks of all stages, width is
/// that of the last one. Throws Error for a name without these parts, a family that is none, and a size that its
/// family has not; each error names the choices.
void set_named_network(Settings& settings, const std::string& name, int image_size);

}  // namespace bispike
