// Random horizontal flip: left and right change places.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/image_spec.h"
#include "sim/core/rng.h"

namespace bispike {

/// Flips with the given probability. image: [H, W, C], changed in place.
void random_flip(Rng& rng, float probability, const ImageSpec& spec, std::span<uint8_t> image);

/// Flips. image: [H, W, C], changed in place.
void flip(const ImageSpec& spec, std::span<uint8_t> image);

}  // namespace bispike
