// Softmax.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/ops/softmax.h"
#include "tests/golden/attention_rows.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("softmax by hand, however large the scores") {
    const Tensor a = softmax(Tensor({2, 2}, {0, std::log(3.0f), 1000, 1000}));
    CHECK(a[0] == doctest::Approx(0.25));
    CHECK(a[1] == doctest::Approx(0.75));
    CHECK(a[2] == 0.5f);
    CHECK(a[3] == 0.5f);
}

TEST_CASE("the gradient of softmax agrees with finite differences") {
    const Tensor x = random_tensor({3, 6}, 1), g = random_tensor({3, 6}, 2);
    const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(softmax(y), g); }, x);
    CHECK(largest_difference(softmax_backward(softmax(x), g), expected) < 1e-4);
}

TEST_CASE("golden: softmax of a PyTorch model's scores") {
    using namespace golden;
    const Tensor a = softmax(Tensor({kRows, kTokens}, kTernaryScores));
    for (int i = 0; i < kRows * kTokens; ++i) CHECK(a[i] == doctest::Approx(kSoftmax[i]).epsilon(1e-6));
}
