// A tiny model in training, and all that a later step depends on.
#pragma once

#include "sim/run/train.h"
#include "tests/networks/tiny.h"

namespace bispike {

/// 24 images with one-hot targets: tiny_images made brighter by their label, and a little by the epoch as an
/// augmentation would.
TrainingSource tiny_training_source();
/// Batches of 8 in micro-batches of 2, warm-up in the first of 3 epochs.
Trainer tiny_trainer(Model& model);
/// Bits of all weights, statistics and moments.
Fingerprint training_bits(Model& model, Trainer& trainer);

}  // namespace bispike
