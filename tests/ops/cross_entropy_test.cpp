// The training loss.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/error.h"
#include "sim/ops/cross_entropy.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// Rows that sum to 1.
Tensor soft_targets(int64_t batch, int64_t classes) {
    Tensor t = random_tensor({batch, classes}, 9);
    for (int64_t b = 0; b < batch; ++b) {
        float sum = 0.0f;
        for (int64_t k = 0; k < classes; ++k) sum += t.row(b)[k] = std::abs(t.row(b)[k]);
        for (int64_t k = 0; k < classes; ++k) t.row(b)[k] /= sum;
    }
    return t;
}

}  // namespace

TEST_CASE("log_sum_exp neither overflows nor vanishes") {
    const float large[] = {1000.0f, 1000.0f}, small[] = {-1000.0f, -1000.0f}, one[] = {3.0f};
    CHECK(log_sum_exp(large) == doctest::Approx(1000.0 + std::log(2.0)).epsilon(1e-14));
    CHECK(log_sum_exp(small) == doctest::Approx(-1000.0 + std::log(2.0)).epsilon(1e-14));
    CHECK(log_sum_exp(one) == 3.0);
}

TEST_CASE("cross_entropy by hand: equal logits cost log K, a sure and right answer nothing") {
    const Tensor target({1, 4}, {0, 1, 0, 0});
    CHECK(cross_entropy(Tensor({1, 4}), target, 0.0f) == doctest::Approx(std::log(4.0)));
    CHECK(cross_entropy(Tensor({1, 4}, {0, 1000, 0, 0}), target, 0.0f) == 0.0);
    CHECK(cross_entropy(Tensor({1, 4}, {0, 1000, 0, 0}), target, 0.1f) == doctest::Approx(75.0));  // 3 of 0.025 x 1000
}

TEST_CASE("cross_entropy is the mean over the batch and agrees with its plain reference") {
    const Tensor logits = random_tensor({5, 7}, 1), targets = soft_targets(5, 7);
    for (const float smoothing : {0.0f, 0.1f, 1.0f})
        CHECK(cross_entropy(logits, targets, smoothing) ==
              doctest::Approx(cross_entropy_reference(logits, targets, smoothing)).epsilon(1e-12));
    const Tensor target({1, 2}, {1, 0}), twice({2, 2}, {1, 0, 1, 0});
    CHECK(cross_entropy(Tensor({2, 2}, {1, 2, 1, 2}), twice, 0.0f) ==
          doctest::Approx(cross_entropy(Tensor({1, 2}, {1, 2}), target, 0.0f)));
}

TEST_CASE("the gradient of cross_entropy is that of finite differences, for targets of any sum") {
    const Tensor logits = random_tensor({4, 6}, 2);
    Tensor targets = soft_targets(4, 6);
    targets[3] += 0.5f;
    for (const float smoothing : {0.0f, 0.1f}) {
        const auto loss = [&](const Tensor& at) { return 3.0 * cross_entropy(at, targets, smoothing); };
        const Tensor gradient = cross_entropy_backward(logits, targets, smoothing, 3.0f);
        CHECK(largest_difference(gradient, numeric_gradient(loss, logits)) < 1e-4);
    }
}

TEST_CASE("cross_entropy refuses what does not fit") {
    const Tensor logits({2, 3});
    CHECK_THROWS_AS(cross_entropy(logits, Tensor({2, 4}), 0.0f), Error);
    CHECK_THROWS_AS(cross_entropy(Tensor({1, 2, 3}), Tensor({1, 2, 3}), 0.0f), Error);
    CHECK_THROWS_AS(cross_entropy(Tensor({0, 3}), Tensor({0, 3}), 0.0f), Error);
    CHECK_THROWS_WITH_AS(cross_entropy(logits, logits, 1.5f), "label smoothing = 1.5: must lie in [0, 1]", Error);
    CHECK_THROWS_AS(cross_entropy_backward(logits, logits, std::nanf(""), 1.0f), Error);
}
