// Random erasing (Zhong et al., "Random erasing data augmentation", AAAI 2020).
#pragma once

#include <optional>
#include <span>

#include "sim/core/image_spec.h"
#include "sim/core/rng.h"

namespace bispike {

struct Rectangle {
    int64_t top = 0, left = 0, height = 0, width = 0;  // [pixels]
};

/// A rectangle of 2 to 33 % of the image (uniform, before rounding to whole pixels) whose aspect ratio is between 0.3
/// and 1 / 0.3 (log-uniform), anywhere inside. None if ten draws did not fit, which is rare.
std::optional<Rectangle> draw_rectangle(Rng& rng, const ImageSpec& spec);

/// With the given probability sets one such rectangle to 0, the mean colour. image: normalised [H, W, C], in place.
void random_erase(Rng& rng, float probability, const ImageSpec& spec, std::span<float> image);

}  // namespace bispike
