// Bytes to normalised float32: (pixel / 255 - mean) / deviation, channel by channel.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "datasets/image_set.h"

namespace bispike {

/// A table of the 256 possible values of each channel.
class Normaliser {
public:
    explicit Normaliser(const ImageSet& set);
    /// pixels, out: [H, W, C], of the same size.
    void apply(std::span<const uint8_t> pixels, std::span<float> out) const;

private:
    std::vector<std::array<float, 256>> table_;  // [C, 256]
};

}  // namespace bispike
