// GELU.
#include "sim/ops/gelu.h"

#include <doctest/doctest.h>

#include <limits>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

/// -20 to 20 in steps of 1/64, and what does not fill a vector.
Tensor many() {
    Tensor x({2563});
    for (int64_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i - 1281) / 64;
    return x;
}

}  // namespace

TEST_CASE("gelu by hand: x times the share of a normal distribution below it") {
    const Tensor y = gelu(Tensor({5}, {0, 1, -1, 2, 10}));
    CHECK(y[0] == 0.0f);
    CHECK(y[1] == doctest::Approx(0.8413447461).epsilon(1e-7));
    CHECK(y[2] == doctest::Approx(-0.1586552539).epsilon(1e-7));
    CHECK(y[3] == doctest::Approx(1.9544997361).epsilon(1e-7));
    CHECK(y[4] == 10.0f);
    CHECK(gelu(Tensor({1}, {-40}))[0] == 0.0f);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(gelu(Tensor({1}, {nan}))[0] != gelu(Tensor({1}, {nan}))[0]);
}

TEST_CASE("gelu in vectors agrees with its plain form, with the same bits on each instruction set") {
    const Tensor x = many(), g = random_tensor(x.shape(), 1);
    const Tensor y = gelu(x), plain = reference::gelu(x), dx = gelu_backward(x, g);
    for (int64_t i = 0; i < x.size(); ++i) {
        CAPTURE(x[i]);
        CHECK(std::abs(y[i] - plain[i]) <= std::max(1e-7, 3e-7 * std::abs(plain[i])));
    }
    CHECK(largest_difference(dx, reference::gelu_backward(x, g)) < 2e-6);
    on_each_fused_target([&] {
        CHECK(same_bits(gelu(x), y));
        CHECK(same_bits(gelu_backward(x, g), dx));
    });
}

TEST_CASE("the gradient of gelu agrees with finite differences") {
    Tensor x = random_tensor({4, 9}, 1);
    const Tensor g = random_tensor({4, 9}, 2);
    x.scale(3.0f);
    const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(gelu(y), g); }, x);
    CHECK(largest_difference(gelu_backward(x, g), expected) < 1e-4);
    CHECK_THROWS_AS(gelu_backward(x, Tensor({4, 8})), Error);
}
