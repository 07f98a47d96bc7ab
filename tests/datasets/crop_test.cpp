// Random crop.
#include "datasets/crop.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "tests/datasets/toy_set.h"

using namespace bispike;
using namespace bispike::testing;

TEST_CASE("every crop is the window of the padded image") {
    const ImageSet set = toy_set(1);
    const int64_t pad = 4, height = 6, width = 5, channels = 2;
    for (int64_t top = 0; top <= 2 * pad; ++top)
        for (int64_t left = 0; left <= 2 * pad; ++left) {
            std::vector<uint8_t> image(set.pixels.begin(), set.pixels.end());
            crop_at(top, left, pad, set.spec, image);
            std::vector<uint8_t> expected;
            for (int64_t y = top - pad; y < top - pad + height; ++y)
                for (int64_t x = left - pad; x < left - pad + width; ++x)
                    for (int64_t c = 0; c < channels; ++c) {
                        const bool inside = y >= 0 && y < height && x >= 0 && x < width;
                        expected.push_back(inside ? set.pixels[static_cast<size_t>((y * width + x) * channels + c)]
                                                  : 0);
                    }
            CAPTURE(top);
            CAPTURE(left);
            CHECK(image == expected);
        }
}

TEST_CASE("random crops reach every place") {
    const ImageSet set = toy_set(1);
    std::set<std::vector<uint8_t>> seen;
    for (uint64_t sample = 0; sample < 400; ++sample) {
        std::vector<uint8_t> image(set.pixels.begin(), set.pixels.end());
        Rng rng(42, "crop test", sample);
        random_crop(rng, 1, set.spec, image);
        seen.insert(image);
    }
    CHECK(seen.size() == 9);
}
