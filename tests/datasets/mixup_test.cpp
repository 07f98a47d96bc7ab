// Mixup.
#include "datasets/mixup.h"

#include <doctest/doctest.h>

#include <vector>

using namespace bispike;

TEST_CASE("each image mixes with its mirror image in the batch, by its own share") {
    Tensor batch({3, 2}, {1, 2, 10, 20, 100, 200});
    const std::vector<float> keep = {0.75f, 0.1f, 0.5f};
    mix_mirrored(batch, keep);
    CHECK(batch[0] == 25.75f);
    CHECK(batch[1] == 51.5f);
    CHECK(batch[2] == 10.0f);  // the middle one is its own partner
    CHECK(batch[3] == 20.0f);
    CHECK(batch[4] == 50.5f);
    CHECK(batch[5] == 101.0f);
}

TEST_CASE("Beta draws have the mean and the variance of Beta") {
    for (const double alpha : {0.2, 0.8, 1.0, 4.0}) {
        CAPTURE(alpha);
        const int count = 20000;
        double sum = 0.0, square = 0.0;
        for (uint64_t i = 0; i < count; ++i) {
            Rng rng(42, "beta test", i);
            const double x = draw_beta(rng, alpha);
            REQUIRE((x >= 0.0 && x <= 1.0));
            sum += x, square += (x - 0.5) * (x - 0.5);
        }
        CHECK(sum / count == doctest::Approx(0.5).epsilon(0.03));
        CHECK(square / count == doctest::Approx(0.25 / (2.0 * alpha + 1.0)).epsilon(0.04));
    }
}

TEST_CASE("a tiny alpha gives shares of 0 or 1, never a bad number") {
    for (uint64_t i = 0; i < 1000; ++i) {
        Rng rng(42, "beta test", i);
        const float x = draw_beta(rng, 1e-6);
        REQUIRE((x == 0.0f || x == 1.0f));
    }
}
