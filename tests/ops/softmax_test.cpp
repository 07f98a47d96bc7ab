// Softmax.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sim/ops/softmax.h"
#include "tests/golden/attention_rows.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

TEST_CASE("softmax by hand, however large the scores") {
    const Tensor a = softmax(Tensor({2, 2}, {0, std::log(3.0f), 1000, 1000}));
    CHECK(a[0] == doctest::Approx(0.25));
    CHECK(a[1] == doctest::Approx(0.75));
    CHECK(a[2] == 0.5f);
    CHECK(a[3] == 0.5f);
}

TEST_CASE("softmax leaves nothing to what is masked, and hides no NaN") {
    const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    const Tensor a = softmax(Tensor({3, 3}, {0, -infinity, -1e4f, 0, 1, nan, nan, 0, 1}));
    CHECK(a[0] == 1.0f);
    CHECK(a[1] == 0.0f);
    CHECK(a[2] == 0.0f);
    for (int64_t i = 3; i < 9; ++i) CHECK(std::isnan(a[i]));
}

TEST_CASE("softmax in vectors agrees with its plain form, with the same bits on each instruction set") {
    for (const int64_t n : {1, 15, 16, 49, 64, 197}) {
        CAPTURE(n);
        Tensor x = random_tensor({5, n}, 3);
        const Tensor g = random_tensor({5, n}, 4);
        x.scale(8.0f);
        const Tensor a = softmax(x), dx = softmax_backward(a, g);
        CHECK(largest_difference(a, reference::softmax(x)) < 3e-7);
        CHECK(largest_difference(dx, reference::softmax_backward(a, g)) < 1e-6);
        on_each_fused_target([&] {
            CHECK(same_bits(softmax(x), a));
            CHECK(same_bits(softmax_backward(a, g), dx));
        });
    }
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
