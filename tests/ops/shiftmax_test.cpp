// Shiftmax.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "sim/ops/shiftmax.h"
#include "tests/golden/attention_rows.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

std::vector<int32_t> with_zeros(std::vector<int32_t> x, size_t size) {
    x.resize(size, 0);
    return x;
}

Tensor row_of(const std::vector<int32_t>& x) {
    return Tensor({1, static_cast<int64_t>(x.size())}, std::vector<float>(x.begin(), x.end()));
}

int64_t gamma_of(const std::vector<int32_t>& x) {
    const int64_t gamma = exact_gamma(x);
    CHECK(exact_gamma_reference(x) == gamma);
    return gamma;
}

}  // namespace

TEST_CASE("the exact exponent by hand: exact powers of two, and just above") {
    CHECK(gamma_of({0, 0, 0, 0}) == 2);  // 4 = 2^2
    CHECK(gamma_of({0, 0, 0, 0, 0}) == 3);
    CHECK(gamma_of(with_zeros({}, 64)) == 6);
    CHECK(gamma_of(with_zeros({}, 196)) == 8);
    CHECK(gamma_of({-3}) == -3);
    CHECK(gamma_of({1, 1}) == 2);
    CHECK(gamma_of({2, 1, 1}) == 3);  // 8 = 2^3
    CHECK(gamma_of({2, 1, 1, -40}) == 4);
}

TEST_CASE("the exact exponent does not lose what lies far below the largest score") {
    CHECK(gamma_of(with_zeros({30}, 64)) == 31);
    CHECK(gamma_of(with_zeros({20}, 64)) == 21);
    CHECK(gamma_of({48, -48, -48}) == 49);
    CHECK(gamma_of({200, -200, 100}) == 201);
    std::vector<int32_t> carry = {100};  // 2^100 - 2^0 + 2^0 = 2^100: the carry runs through all places
    for (int32_t v = 0; v < 99; ++v) carry.push_back(v), carry[0] = 99;
    carry.push_back(0);
    CHECK(gamma_of(carry) == 100);
    carry.push_back(-500);
    CHECK(gamma_of(carry) == 101);
}

TEST_CASE("both forms of the exact exponent agree on random rows of every spread") {
    Rng rng(7, "rows");
    for (int range : {1, 4, 20, 57, 58, 64, 140, 2000})
        for (int trial = 0; trial < 50; ++trial) {
            std::vector<int32_t> x(1 + static_cast<size_t>(rng.below(70)));
            for (int32_t& v : x) v = static_cast<int32_t>(rng.below(2 * range + 1)) - range;
            gamma_of(x);
        }
}

TEST_CASE("row sums lie above 1/2 and up to 1, and weights are powers of two") {
    Rng rng(8, "rows");
    for (int trial = 0; trial < 100; ++trial) {
        Tensor x({1, 49});
        for (float& v : x.values()) v = static_cast<float>(rng.below(33) - 16);
        const Tensor a = shiftmax(x, Gamma::exact);
        const double sum = std::accumulate(a.values().begin(), a.values().end(), 0.0);
        CHECK(sum > 0.5);
        CHECK(sum <= 1.0);
        for (float v : a.values()) {
            int exponent = 0;
            CHECK(std::frexp(v, &exponent) == 0.5f);
        }
    }
}

TEST_CASE("a silent row is shared out evenly") {
    const Tensor a = shiftmax(Tensor({1, 49}), Gamma::exact);
    for (float v : a.values()) CHECK(v == 1.0f / 64);
}

TEST_CASE("a single dominant token gets 1/2 exactly, and 1 from a float32 sum") {
    CHECK(shiftmax(row_of({48, -48, -48}), Gamma::exact)[0] == 0.5f);
    CHECK(shiftmax(row_of({48, -48, -48}), Gamma::fp32)[0] == 1.0f);
    CHECK(shiftmax(row_of(with_zeros({30}, 64)), Gamma::exact)[0] == 0.5f);
    CHECK(shiftmax(row_of(with_zeros({30}, 64)), Gamma::fp32)[0] == 1.0f);
    CHECK(shiftmax(row_of(with_zeros({20}, 64)), Gamma::exact)[0] == 0.5f);
    CHECK(shiftmax(row_of(with_zeros({20}, 64)), Gamma::fp32)[0] == 0.5f);
}

TEST_CASE("weights far below the smallest float vanish, and the rest stays exact") {
    const Tensor a = shiftmax(row_of({100, -40, -100}), Gamma::exact);
    CHECK(a[0] == 0.5f);
    CHECK(a[1] == std::ldexp(1.0f, -141));
    CHECK(a[2] == 0.0f);
}

TEST_CASE("the exact and the float32 exponent agree on rows that float32 can sum") {
    Tensor x({40, 49});
    Rng rng(9, "rows");
    for (float& v : x.values()) v = static_cast<float>(rng.below(17) - 8);
    CHECK(same_bits(shiftmax(x, Gamma::exact), shiftmax(x, Gamma::fp32)));
}

TEST_CASE("shiftmax has the bits of its plain reference on rows of every spread, down to weights that vanish") {
    Rng rng(10, "rows");
    for (int range : {1, 16, 57, 70, 140, 3000}) {
        Tensor x({2, 3, 2, 50, 49});
        for (float& v : x.values()) v = static_cast<float>(rng.below(2 * range + 1) - range);
        CHECK(same_bits(shiftmax(x, Gamma::exact), shiftmax_reference(x)));
    }
}

TEST_CASE("scores that are no integers are done in float32") {
    const Tensor x({1, 3}, {0.5f, 1.25f, -2});
    CHECK(same_bits(shiftmax(x, Gamma::exact), shiftmax(x, Gamma::fp32)));
    CHECK(shiftmax(x, Gamma::exact)[0] == doctest::Approx(std::exp2(0.5 - 3)));
}

TEST_CASE("the straight-through gradient is that of the function without the ceiling") {
    const Tensor x = random_tensor({3, 6}, 1), g = random_tensor({3, 6}, 2);
    const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(shiftmax(y, Gamma::smooth), g); }, x);
    CHECK(largest_difference(shiftmax_backward(shiftmax(x, Gamma::smooth), g), expected) < 1e-4);
    // With the ceiling, weights and gradient shrink by the same factor of each row.
    const Tensor a = shiftmax(x, Gamma::fp32), smooth = shiftmax(x, Gamma::smooth);
    const Tensor rounded = shiftmax_backward(a, g);
    for (int64_t i = 0; i < x.size(); ++i)
        CHECK(rounded[i] == doctest::Approx(expected[i] * a[i] / smooth[i]).epsilon(1e-2));
}

TEST_CASE("golden: shiftmax of a PyTorch model's scores") {
    using namespace golden;
    const Tensor a = shiftmax(Tensor({kRows, kTokens}, kTernaryScores), Gamma::exact);
    for (int i = 0; i < kRows * kTokens; ++i) CHECK(a[i] == std::ldexp(1.0f, kShiftmaxExponents[i]));
}
