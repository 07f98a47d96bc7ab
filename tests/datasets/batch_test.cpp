// Batches and normalisation.
#include "datasets/batch.h"

#include <doctest/doctest.h>

#include "tests/datasets/toy_set.h"

using namespace bispike;
using namespace bispike::testing;

TEST_CASE("a batch holds the asked images in the asked order, normalised by channel") {
    const ImageSet set = toy_set(4);
    const std::vector<int64_t> samples = {2, 0, 2};
    const Tensor batch = make_batch(set, samples);
    CHECK(batch.shape() == Shape{3, 6, 5, 2});
    for (int64_t i = 0; i < 60; ++i) {
        const size_t channel = static_cast<size_t>(i % 2);
        const float expected = (set.image(2)[i] / 255.0f - set.mean[channel]) / set.deviation[channel];
        CHECK(batch[i] == expected);
        CHECK(batch[120 + i] == expected);
    }
    CHECK(batch[60] == doctest::Approx((1.0 / 255.0 - 0.25) / 0.5));
    CHECK(batch[61] == doctest::Approx((8.0 / 255.0 - 0.5) / 0.25));
}
