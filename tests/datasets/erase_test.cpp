// Random erasing.
#include "datasets/erase.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace bispike;

TEST_CASE("rectangles lie inside, and their area and aspect keep the bounds") {
    const ImageSpec spec{100, 120, 3, 10};
    int none = 0;
    double least = 1.0, most = 0.0;
    for (uint64_t sample = 0; sample < 2000; ++sample) {
        Rng rng(42, "erase test", sample);
        const auto r = draw_rectangle(rng, spec);
        if (!r) {
            ++none;
            continue;
        }
        REQUIRE((r->top >= 0 && r->left >= 0 && r->top + r->height <= 100 && r->left + r->width <= 120));
        const double area = static_cast<double>(r->height * r->width) / (100.0 * 120.0);
        const double aspect = static_cast<double>(r->height) / static_cast<double>(r->width);
        REQUIRE((area > 0.017 && area < 0.34));
        REQUIRE((aspect > 0.27 && aspect < 3.7));
        least = std::min(least, area), most = std::max(most, area);
    }
    CHECK(none < 5);
    CHECK(least < 0.03);
    CHECK(most > 0.32);
}

TEST_CASE("erasing sets one rectangle of all channels to 0") {
    const ImageSpec spec{10, 10, 2, 10};
    int erased = 0;
    for (uint64_t sample = 0; sample < 200; ++sample) {
        std::vector<float> image(200, 3.0f);
        Rng rng(42, "erase test", sample);
        random_erase(rng, 0.5f, spec, image);
        const auto zeros = std::ranges::count(image, 0.0f);
        erased += zeros > 0;
        REQUIRE(zeros <= 76);  // 33 % of 100 pixels, rounding up both sides
        REQUIRE(zeros + std::ranges::count(image, 3.0f) == 200);
        for (size_t i = 0; i < 200; i += 2) REQUIRE(image[i] == image[i + 1]);
    }
    CHECK(erased > 65);
    CHECK(erased < 135);
}
