// Cropping in place: rows and pixels that leave the window are dropped, those that enter are black.
#include "datasets/crop.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace bispike {

void random_crop(Rng& rng, int64_t pad, const ImageSpec& spec, std::span<uint8_t> image) {
    const int64_t top = rng.below(2 * pad + 1), left = rng.below(2 * pad + 1);
    crop_at(top, left, pad, spec, image);
}

void crop_at(int64_t top, int64_t left, int64_t pad, const ImageSpec& spec, std::span<uint8_t> image) {
    assert(top >= 0 && top <= 2 * pad && left >= 0 && left <= 2 * pad);
    const int64_t down = top - pad, right = left - pad;  // the window's corner in the unpadded image
    const int64_t first = std::max<int64_t>(0, -right), last = std::min(spec.width, spec.width - right);
    const int64_t row_bytes = spec.width * spec.channels;
    const auto copy_row = [&](int64_t y) {
        uint8_t* to = image.data() + y * row_bytes;
        const int64_t from_y = y + down;
        if (from_y < 0 || from_y >= spec.height || first >= last) {
            std::fill_n(to, row_bytes, uint8_t{0});
            return;
        }
        const uint8_t* from = image.data() + from_y * row_bytes;
        std::memmove(to + first * spec.channels, from + (first + right) * spec.channels,
                     static_cast<size_t>((last - first) * spec.channels));
        std::fill(to, to + first * spec.channels, uint8_t{0});
        std::fill(to + last * spec.channels, to + row_bytes, uint8_t{0});
    };
    // Each row is read before it is overwritten: downwards when rows move up, upwards when they move down.
    if (down >= 0)
        for (int64_t y = 0; y < spec.height; ++y) copy_row(y);
    else
        for (int64_t y = spec.height - 1; y >= 0; --y) copy_row(y);
}

}  // namespace bispike
