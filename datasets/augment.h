// Training batches: random crop, flip, normalise, random erasing, mixup.
#pragma once

#include <cstdint>
#include <span>

#include "datasets/image_set.h"
#include "sim/core/fields.h"
#include "sim/core/tensor.h"

namespace bispike {

/// All off by default.
struct AugmentOptions {
    int pad = 0;
    float flip = 0.0f, erase = 0.0f, mixup = 0.0f;

    static constexpr auto fields() {
        using O = AugmentOptions;
        return std::tuple(
            field("pad", &O::pad, "pixels", "pad each side with black, then crop at random to the old size; 0: off"),
            field("flip", &O::flip, "[0, 1]", "probability of a horizontal flip"),
            field("erase", &O::erase, "[0, 1]", "probability of erasing a random rectangle of 2 to 33 % of the image"),
            field("mixup", &O::mixup, ">= 0", "mix image pairs with shares from Beta(mixup, mixup); 0: off"));
    }
};

/// Throws Error naming the key (augment.<field>) and the value if an option is out of its domain for such images.
void require_valid(const AugmentOptions& options, const ImageSpec& spec);

struct TrainingBatch {
    Tensor images;   // [B, H, W, C], normalised
    Tensor targets;  // [B, classes], each row sums to 1
};

/// What happens to a sample depends on (seed, epoch, sample) alone, each transform having its own random stream; not
/// on threads or on its place in the batch. Only mixup looks at the batch: image i is mixed with image B - 1 - i.
TrainingBatch make_training_batch(const ImageSet& set, std::span<const int64_t> samples, int64_t epoch, uint64_t seed,
                                  const AugmentOptions& options);

}  // namespace bispike
