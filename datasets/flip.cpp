// Flipping in place.
#include "datasets/flip.h"

#include <algorithm>

namespace bispike {

void random_flip(Rng& rng, float probability, const ImageSpec& spec, std::span<uint8_t> image) {
    if (rng.uniform() < probability) flip(spec, image);
}

void flip(const ImageSpec& spec, std::span<uint8_t> image) {
    const int64_t row_bytes = spec.width * spec.channels;
    for (int64_t y = 0; y < spec.height; ++y) {
        uint8_t* row = image.data() + y * row_bytes;
        for (int64_t l = 0, r = spec.width - 1; l < r; ++l, --r)
            std::swap_ranges(row + l * spec.channels, row + (l + 1) * spec.channels, row + r * spec.channels);
    }
}

}  // namespace bispike
