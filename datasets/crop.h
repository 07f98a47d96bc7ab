// Random crop: pad an image with black on all sides and cut out a window of the old size.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/image_spec.h"
#include "sim/core/rng.h"

namespace bispike {

/// Pads by `pad` [pixels] of value 0 and keeps the window whose corner is drawn uniformly from the (2 pad + 1)^2
/// possible places. image: [H, W, C], changed in place.
void random_crop(Rng& rng, int64_t pad, const ImageSpec& spec, std::span<uint8_t> image);

/// The window whose corner lies (top, left) pixels into the padded image, each in [0, 2 pad].
void crop_at(int64_t top, int64_t left, int64_t pad, const ImageSpec& spec, std::span<uint8_t> image);

}  // namespace bispike
