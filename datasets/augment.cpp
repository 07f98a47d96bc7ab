// The transforms in their order: crop, flip (on bytes), normalise, erase (on floats), then mixup over the batch.
#include "datasets/augment.h"

#include <cassert>
#include <cmath>
#include <vector>

#include "datasets/crop.h"
#include "datasets/erase.h"
#include "datasets/flip.h"
#include "datasets/mixup.h"
#include "datasets/normalise.h"
#include "sim/core/error.h"
#include "sim/core/parallel.h"

namespace bispike {
namespace {

/// Where the random numbers of one sample come from.
struct Draws {
    uint64_t seed, epoch, sample;
    Rng operator()(std::string_view purpose) const { return Rng(seed, purpose, epoch, sample); }
};

void augment(const ImageSet& set, const AugmentOptions& options, const Normaliser& normaliser, const Draws& draws,
             std::span<float> out) {
    const uint8_t* original = set.image(static_cast<int64_t>(draws.sample));
    std::vector<uint8_t> pixels(original, original + set.pixels_per_image());
    if (options.pad > 0) {
        Rng rng = draws("augment.pad");
        random_crop(rng, options.pad, set.spec, pixels);
    }
    if (options.flip > 0.0f) {
        Rng rng = draws("augment.flip");
        random_flip(rng, options.flip, set.spec, pixels);
    }
    normaliser.apply(pixels, out);
    if (options.erase > 0.0f) {
        Rng rng = draws("augment.erase");
        random_erase(rng, options.erase, set.spec, out);
    }
}

void require_probability(const char* name, float value) {
    if (!(value >= 0.0f && value <= 1.0f)) fail("augment.{} = {}: give a probability in [0, 1]", name, value);
}

}  // namespace

void require_valid(const AugmentOptions& options, const ImageSpec& spec) {
    if (options.pad < 0 || options.pad >= spec.height || options.pad >= spec.width)
        fail("augment.pad = {}: give pixels from 0 to less than the image's {}x{}", options.pad, spec.height,
             spec.width);
    require_probability("flip", options.flip);
    require_probability("erase", options.erase);
    if (!(options.mixup >= 0.0f && std::isfinite(options.mixup)))
        fail("augment.mixup = {}: give a number >= 0", options.mixup);
}

TrainingBatch make_training_batch(const ImageSet& set, std::span<const int64_t> samples, int64_t epoch, uint64_t seed,
                                  const AugmentOptions& options) {
    require_valid(options, set.spec);
    const auto count = static_cast<int64_t>(samples.size());
    const auto size = static_cast<size_t>(set.pixels_per_image());
    const Normaliser normaliser(set);
    TrainingBatch batch{Tensor::uninitialised({count, set.spec.height, set.spec.width, set.spec.channels}),
                        Tensor({count, set.spec.classes})};
    std::vector<float> keep(samples.size(), 1.0f);
    parallel_for(count, [&](int64_t i) {
        const int64_t sample = samples[static_cast<size_t>(i)];
        assert(sample >= 0 && sample < set.size());
        const Draws draws{seed, static_cast<uint64_t>(epoch), static_cast<uint64_t>(sample)};
        augment(set, options, normaliser, draws, batch.images.values().subspan(static_cast<size_t>(i) * size, size));
        batch.targets.row(i)[set.labels[static_cast<size_t>(sample)]] = 1.0f;
        if (options.mixup > 0.0f) {
            Rng rng = draws("augment.mixup");
            keep[static_cast<size_t>(i)] = draw_beta(rng, options.mixup);
        }
    });
    if (options.mixup > 0.0f) {
        mix_mirrored(batch.images, keep);
        mix_mirrored(batch.targets, keep);
    }
    return batch;
}

}  // namespace bispike
