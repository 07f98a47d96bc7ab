// Spike-count normalisation.
#include <doctest/doctest.h>

#include "sim/ops/spike_count.h"
#include "tests/golden/attention_rows.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("spike counts by hand: negative scores get nothing, a row without positive ones is uniform") {
    const Tensor a = spike_count(Tensor({3, 4}, {3, -2, 1, 0, 0, 0, 0, 0, -1, -5, 0, -2}));
    CHECK(same_bits(a, Tensor({3, 4}, {0.75f, 0, 0.25f, 0, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f})));
}

TEST_CASE("the gradient of spike counts agrees with finite differences away from 0") {
    const Tensor x({3, 4}, {1.5f, -0.5f, 0.25f, 2, 0.75f, -0.5f, -0.25f, -2, -1, -0.5f, -2, -0.25f});
    const Tensor g = random_tensor({3, 4}, 2);
    const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(spike_count(y), g); }, x);
    CHECK(largest_difference(spike_count_backward(x, spike_count(x), g), expected) < 1e-3);
}

TEST_CASE("at 0 the gradient is the derivative from above, so that silent pairs can learn") {
    const Tensor x({2, 2}, {2, 0, 0, 0}), g({2, 2}, {1, 5, 1, 5});
    // Row 0: a = (1, 0), mean of g is 1, S = 2. Row 1: a = (1/2, 1/2), mean of g is 3, S stands for 1.
    CHECK(same_bits(spike_count_backward(x, spike_count(x), g), Tensor({2, 2}, {0, 2, -2, 2})));
}

TEST_CASE("golden: spike counts of a PyTorch model's scores") {
    using namespace golden;
    const Tensor a = spike_count(Tensor({kRows, kTokens}, kTernaryScores));
    CHECK(same_bits(a, Tensor({kRows, kTokens}, kSpikeCount)));
}
