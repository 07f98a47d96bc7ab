// Random flip.
#include "datasets/flip.h"

#include <doctest/doctest.h>

#include <vector>

using namespace bispike;

TEST_CASE("a flip swaps left and right and keeps channels together") {
    std::vector<uint8_t> image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    flip({2, 3, 2, 10}, image);
    CHECK(image == std::vector<uint8_t>{5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8});
}

TEST_CASE("flips come as often as their probability says") {
    int flips = 0;
    for (uint64_t sample = 0; sample < 2000; ++sample) {
        std::vector<uint8_t> image = {0, 1};
        Rng rng(42, "flip test", sample);
        random_flip(rng, 0.25f, {1, 2, 1, 10}, image);
        flips += image[0];
    }
    CHECK(flips > 400);  // 500 expected, 5 deviations of 19
    CHECK(flips < 600);
}

TEST_CASE("probability 0 never flips and 1 always does") {
    for (uint64_t sample = 0; sample < 100; ++sample) {
        std::vector<uint8_t> image = {0, 1};
        Rng never(1, "flip test", sample), always(1, "flip test", sample);
        random_flip(never, 0.0f, {1, 2, 1, 10}, image);
        CHECK(image[0] == 0);
        random_flip(always, 1.0f, {1, 2, 1, 10}, image);
        CHECK(image[0] == 1);
    }
}
