// Images of a set as one normalised tensor, unchanged otherwise: for testing and simulating.
#pragma once

#include <span>

#include "datasets/image_set.h"
#include "sim/core/tensor.h"

namespace bispike {

/// The images at the given places of the set, normalised. [B, H, W, C]
Tensor make_batch(const ImageSet& set, std::span<const int64_t> samples);

}  // namespace bispike
