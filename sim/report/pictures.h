// Still images as people see them: what a trace keeps beside the spikes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "sim/core/shape.h"

namespace bispike {

/// The images of a data set, unchanged. Empty: they are no still images.
struct Pictures {
    Shape shape = {};  // [H, W, C]
    /// The pixels [H, W, C], 0..255, of an image by its place in the data set.
    std::function<std::span<const uint8_t>(int64_t sample)> pixels = {};

    explicit operator bool() const { return static_cast<bool>(pixels); }
};

}  // namespace bispike
