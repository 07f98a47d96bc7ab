// Intervals of means over images.
#include "sim/energy/bootstrap.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/rng.h"

using namespace bispike;

TEST_CASE("the bootstrap interval of a normal sample is the one of the textbook") {
    std::vector<std::vector<double>> figures;
    Rng rng(3, "figures");
    double sum = 0, squares = 0;
    constexpr int kImages = 400;
    for (int i = 0; i < kImages; ++i) {
        const double x = 10 + 2.0 * static_cast<double>(rng.normal());
        figures.push_back({x, 5.0});
        sum += x, squares += x * x;
    }
    const double mean = sum / kImages, error = std::sqrt((squares / kImages - mean * mean) / kImages);
    const auto intervals = bootstrap(figures, 42);
    REQUIRE(intervals.size() == 2);
    CHECK(intervals[0].low == doctest::Approx(mean - 1.96 * error).epsilon(0.003));
    CHECK(intervals[0].high == doctest::Approx(mean + 1.96 * error).epsilon(0.003));
    CHECK(intervals[1].low == 5.0);
    CHECK(intervals[1].high == 5.0);
}

TEST_CASE("the same seed draws the same images, another one others") {
    std::vector<std::vector<double>> figures;
    for (int i = 0; i < 50; ++i) figures.push_back({static_cast<double>(i * i)});
    const auto once = bootstrap(figures, 7, 200), again = bootstrap(figures, 7, 200),
               other = bootstrap(figures, 8, 200);
    CHECK(once[0].low == again[0].low);
    CHECK(once[0].high == again[0].high);
    CHECK((once[0].low != other[0].low || once[0].high != other[0].high));
    CHECK(bootstrap({}, 7).empty());
}
