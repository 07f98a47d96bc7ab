// Parts of the channels of attention heads.
#include "sim/ops/head_part.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("the parts of two heads by hand: each takes its share of every head, times the head's factor") {
    const Tensor x({1, 1, 1, 8}, {1, 2, 3, 4, 5, 6, 7, 8});
    const std::vector<float> factors = {1, 10};
    CHECK(same_bits(head_part(x, {2, 0, 2}, factors), Tensor({1, 1, 1, 4}, {1, 2, 50, 60})));
    CHECK(same_bits(head_part(x, {2, 1, 2}, factors), Tensor({1, 1, 1, 4}, {3, 4, 70, 80})));
    CHECK(same_bits(head_part(x, {1, 3, 4}, std::vector<float>{2}), Tensor({1, 1, 1, 2}, {14, 16})));
    const Tensor gradient({1, 1, 1, 4}, {1, 2, 3, 4});
    CHECK(
        same_bits(head_part_backward(gradient, {2, 1, 2}, factors), Tensor({1, 1, 1, 8}, {0, 0, 1, 2, 0, 0, 30, 40})));
}

TEST_CASE("the gradient of a part agrees with finite differences") {
    const Tensor x = random_tensor({2, 1, 3, 12}, 1), g = random_tensor({2, 1, 3, 4}, 2);
    const std::vector<float> factors = {0.5f, 2};
    for (const HeadPart& which : {HeadPart{2, 0, 3}, {2, 1, 3}, {2, 2, 3}}) {
        const auto loss = [&](const Tensor& t) { return dot(head_part(t, which, factors), g); };
        CHECK(largest_difference(head_part_backward(g, which, factors), numeric_gradient(loss, x)) < 1e-3);
    }
}

TEST_CASE("rates of heads by hand, over channels of tokens and over scores") {
    const Tensor tokens({1, 1, 2, 4}, {1, 0, -1, 1, 0, 0, 2, 1});
    CHECK(head_rates(tokens, 2) == std::vector<float>{0.25f, 1.25f});
    CHECK(head_rates(tokens, 4) == std::vector<float>{0.5f, 0, 1.5f, 1});
    const Tensor scores({2, 1, 2, 1, 2}, {1, 1, 0, 0, 1, 0, 0, 1});
    CHECK(head_rates(scores, 2) == std::vector<float>{0.75f, 0.25f});
    CHECK_THROWS_WITH_AS(head_rates(scores, 3), "3 heads got the shape [2, 1, 2, 1, 2]", Error);
    CHECK_THROWS_AS(head_rates(tokens, 3), Error);
}
