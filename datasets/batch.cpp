// Gathering and normalising images.
#include "datasets/batch.h"

#include <cassert>

#include "datasets/normalise.h"
#include "sim/core/parallel.h"

namespace bispike {

Tensor make_batch(const ImageSet& set, std::span<const int64_t> samples) {
    const auto count = static_cast<int64_t>(samples.size());
    const auto size = static_cast<size_t>(set.pixels_per_image());
    const Normaliser normaliser(set);
    Tensor images = Tensor::uninitialised({count, set.spec.height, set.spec.width, set.spec.channels});
    parallel_for(count, [&](int64_t i) {
        const int64_t sample = samples[static_cast<size_t>(i)];
        assert(sample >= 0 && sample < set.size());
        normaliser.apply({set.image(sample), size}, images.values().subspan(static_cast<size_t>(i) * size, size));
    });
    return images;
}

}  // namespace bispike
