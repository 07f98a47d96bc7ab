// Where a run takes its images from, without knowing data sets.
#pragma once

#include <functional>
#include <span>

#include "sim/core/tensor.h"

namespace bispike {

/// Images to simulate: `images` makes the normalised batch [B, H, W, C] of the given samples, from any thread.
struct ImageSource {
    int64_t count = 0;
    std::span<const int> labels;  // [count]
    std::function<Tensor(std::span<const int64_t> samples)> images;
};

/// Images to learn from, with soft targets; augmented anew each epoch.
struct LabelledImages {
    Tensor images;   // [B, H, W, C]
    Tensor targets;  // [B, classes], rows sum to 1
};
struct TrainingSource {
    int64_t count = 0;
    std::function<LabelledImages(std::span<const int64_t> samples, int64_t epoch)> batch;
};

}  // namespace bispike
