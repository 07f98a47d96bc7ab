// Random numbers: published vectors, independent streams, and the moments of the draws.
#include "sim/core/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace bispike;

namespace {

using Block = std::array<uint32_t, 4>;

constexpr uint32_t kOnes = 0xffffffff;

}  // namespace

TEST_CASE("philox gives the published test vectors") {
    // Random123 (Salmon et al. 2011), kat_vectors, philox4x32 with 10 rounds.
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
          Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream never changes: runs of the past must stay repeatable") {
    // Made by a second implementation: splitmix64, FNV-1a and Philox in 20 lines of Python.
    Rng rng(42, "augment", 1, 2);
    for (const uint32_t expected : {0x8fbb79d9u, 0x229f494au, 0xe5d26416u, 0x919d37d9u, 0x0aeb42d5u, 0x3a9f497fu})
        CHECK(rng.next() == expected);
}

TEST_CASE("streams differ in each part of their name") {
    const auto first = [](const Rng& r) { return r.uniform_at(0); };
    const float base = first(Rng(1, "a", 2, 3));
    CHECK(first(Rng(1, "a", 2, 3)) == base);
    CHECK(first(Rng(2, "a", 2, 3)) != base);
    CHECK(first(Rng(1, "b", 2, 3)) != base);
    CHECK(first(Rng(1, "a", 3, 2)) != base);
    CHECK(first(Rng(1, "a", 2, 4)) != base);
    CHECK(first(Rng(1, "a", 0, 3)) != base);
}

TEST_CASE("uniform_at is the draw of that number, whatever was drawn before") {
    Rng rng(7, "order");
    const Rng untouched(7, "order");
    for (uint64_t i = 0; i < 40; ++i) {
        const float later = rng.uniform_at(100);
        CHECK(rng.uniform() == untouched.uniform_at(i));
        CHECK(later == untouched.uniform_at(100));
    }
}

TEST_CASE("uniform draws lie from 0 to below 1 and have the moments of the uniform distribution") {
    Rng rng(1, "uniform");
    constexpr int kDraws = 100000;
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double u = rng.uniform();
        REQUIRE(u >= 0);
        REQUIRE(u < 1);
        sum += u, squares += u * u;
    }
    CHECK(sum / kDraws == doctest::Approx(1.0 / 2).epsilon(0.01));  // standard error 0.0009
    CHECK(squares / kDraws == doctest::Approx(1.0 / 3).epsilon(0.015));
}

TEST_CASE("normal draws have mean 0, variance 1 and no skew") {
    Rng rng(1, "normal");
    constexpr int kDraws = 100000;
    double sum = 0, squares = 0, cubes = 0, tails = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = rng.normal();
        REQUIRE(std::isfinite(x));
        sum += x, squares += x * x, cubes += x * x * x, tails += std::abs(x) > 2;
    }
    CHECK(std::abs(sum / kDraws) < 0.02);  // standard error 0.0032
    CHECK(std::abs(squares / kDraws - 1) < 0.03);
    CHECK(std::abs(cubes / kDraws) < 0.08);
    CHECK(std::abs(tails / kDraws - 0.0455) < 0.004);
}

TEST_CASE("below draws every number up to n equally often, and none beyond") {
    Rng rng(3, "below");
    std::vector<int> seen(7);
    for (int i = 0; i < 70000; ++i) {
        const int64_t n = rng.below(7);
        REQUIRE(n >= 0);
        REQUIRE(n < 7);
        ++seen[static_cast<size_t>(n)];
    }
    for (const int n : seen) CHECK(std::abs(n - 10000) < 500);  // five standard deviations
    CHECK(rng.below(1) == 0);
}

TEST_CASE("below has no modulo bias where n is a large part of the range") {
    Rng rng(4, "bias");
    constexpr int64_t kRange = int64_t{3} << 30;  // a plain remainder would draw the first third twice as often
    int low = 0;
    for (int i = 0; i < 30000; ++i) low += rng.below(kRange) < kRange / 3;
    CHECK(std::abs(low - 10000) < 500);
}

TEST_CASE("uniform draws between two bounds stay between them") {
    Rng rng(5, "bounds");
    float lowest = 10, highest = -10;
    for (int i = 0; i < 10000; ++i) {
        const float x = rng.uniform(-2, 3);
        lowest = std::min(lowest, x), highest = std::max(highest, x);
    }
    CHECK(lowest >= -2);
    CHECK(lowest < -1.99f);
    CHECK(highest < 3);
    CHECK(highest > 2.99f);
}
