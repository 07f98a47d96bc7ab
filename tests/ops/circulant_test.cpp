// Sums over values with circulant weights.
#include <doctest/doctest.h>

#include "sim/ops/circulant.h"
#include "sim/ops/mix.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// [t, B, heads, N] and [t, B, N, C]
struct Case {
    Shape weights, v;
};
const Case kCases[] = {{{1, 2, 1, 1}, {1, 2, 1, 3}},
                       {{2, 1, 2, 6}, {2, 1, 6, 8}},
                       {{1, 2, 3, 7}, {1, 2, 7, 9}},
                       {{1, 1, 2, 64}, {1, 1, 64, 16}},
                       {{1, 1, 1, 130}, {1, 1, 130, 5}}};

}  // namespace

TEST_CASE("circulant sums by hand: the weights of a token are those of the token before it, turned by one") {
    const Tensor weights({1, 1, 1, 3}, {0.5f, 0.3f, 0.2f}), v({1, 1, 3, 1}, {1, 10, 100});
    for (const auto& sums : {circulant_gather, circulant_fft}) {
        const Tensor y = sums(weights, v);
        CHECK(y[0] == doctest::Approx(0.5 * 1 + 0.3 * 10 + 0.2 * 100));
        CHECK(y[1] == doctest::Approx(0.5 * 10 + 0.3 * 100 + 0.2 * 1));
        CHECK(y[2] == doctest::Approx(0.5 * 100 + 0.3 * 1 + 0.2 * 10));
    }
    CHECK(same_bits(circulant_matrix(weights).reshaped({3, 3}),
                    Tensor({3, 3}, {0.5f, 0.3f, 0.2f, 0.2f, 0.5f, 0.3f, 0.3f, 0.2f, 0.5f})));
}

TEST_CASE("both ways to sum agree with the definition, and gathering has the bits of the mix with the matrix") {
    for (const Case& c : kCases) {
        CAPTURE(c.weights.str());
        const Tensor weights = random_tensor(c.weights, 1), v = random_tensor(c.v, 2);
        const Tensor expected = circulant_reference(weights, v);
        CHECK(largest_difference(circulant_gather(weights, v), expected) < 1e-5);
        CHECK(largest_difference(circulant_fft(weights, v), expected) < 1e-5);
        CHECK(same_bits(circulant_gather(weights, v), mix(circulant_matrix(weights), v)));
    }
}

TEST_CASE("the gradients of circulant sums agree with finite differences, and with each other") {
    for (const Case& c : kCases) {
        CAPTURE(c.weights.str());
        const Tensor weights = random_tensor(c.weights, 3), v = random_tensor(c.v, 4), g = random_tensor(c.v, 5);
        const CirculantGradient d = circulant_gather_backward(weights, v, g),
                                by_fft = circulant_fft_backward(weights, v, g);
        CHECK(largest_difference(d.weights, by_fft.weights) < 2e-5);
        CHECK(largest_difference(d.v, by_fft.v) < 1e-5);
        if (v.size() > 200) continue;
        const auto of_weights = [&](const Tensor& a) { return dot(circulant_reference(a, v), g); };
        const auto of_v = [&](const Tensor& x) { return dot(circulant_reference(weights, x), g); };
        CHECK(largest_difference(d.weights, numeric_gradient(of_weights, weights)) < 1e-4);
        CHECK(largest_difference(d.v, numeric_gradient(of_v, v)) < 1e-4);
    }
}

TEST_CASE("gathering multiplies every pair of tokens, transforms what transforms take") {
    const Shape weights{2, 1, 4, 64}, v{2, 1, 64, 32};
    CHECK(circulant_gather_count(weights, v) == OpCount{.mac = 2 * 64 * 64 * 32, .dense = 2 * 64 * 64 * 32});
    // 16 complex channels there and back, 4 real ones there: 6 passes of 64 complex numbers; then their product
    const uint64_t each = (16 + 16 + 4) * (6 * 64 * 4) + 64 * 16 * 4;
    CHECK(circulant_fft_count(weights, v) == OpCount{.mac = 2 * each, .dense = 2 * each});
}

TEST_CASE("circulant weights that do not fit are refused") {
    CHECK_THROWS(circulant_gather(Tensor({1, 1, 2, 5}), Tensor({1, 1, 6, 4})));
    CHECK_THROWS(circulant_fft(Tensor({1, 2, 3}), Tensor({1, 1, 3, 4})));
}
