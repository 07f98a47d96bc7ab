// GELU.
#include "sim/ops/gelu.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("gelu by hand: x times the share of a normal distribution below it") {
    const Tensor y = gelu(Tensor({5}, {0, 1, -1, 2, 10}));
    CHECK(y[0] == 0.0f);
    CHECK(y[1] == doctest::Approx(0.8413447461).epsilon(1e-7));
    CHECK(y[2] == doctest::Approx(-0.1586552539).epsilon(1e-7));
    CHECK(y[3] == doctest::Approx(1.9544997361).epsilon(1e-7));
    CHECK(y[4] == 10.0f);
    CHECK(gelu(Tensor({1}, {-40}))[0] == 0.0f);
}

TEST_CASE("the gradient of gelu agrees with finite differences") {
    Tensor x = random_tensor({4, 9}, 1);
    const Tensor g = random_tensor({4, 9}, 2);
    x.scale(3.0f);
    const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(gelu(y), g); }, x);
    CHECK(largest_difference(gelu_backward(x, g), expected) < 1e-4);
    CHECK_THROWS_AS(gelu_backward(x, Tensor({4, 8})), Error);
}
