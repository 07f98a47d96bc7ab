// Token sums and gates.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/gate.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("coincidences summed over tokens and the gate by hand") {
    const Spikes k = Spikes::from(Tensor({1, 1, 2, 3}, {1, -1, 0, 1, 1, 1}), SpikeKind::bipolar);
    const Spikes v = Spikes::from(Tensor({1, 1, 2, 3}, {1, 1, 1, 1, 0, 1}), SpikeKind::binary);
    CHECK(same_bits(token_sum(k, v), Tensor({1, 1, 1, 3}, {2, -1, 1})));
    CHECK(token_sum_count(k, v) == OpCount{.ac_bipolar = 4, .dense = 6});
    const Spikes open = Spikes::from(Tensor({1, 1, 1, 3}, {1, -1, 0}), SpikeKind::bipolar);
    CHECK(gate(k, open) == Spikes::from(Tensor({1, 1, 2, 3}, {1, 1, 0, 1, -1, 0}), SpikeKind::bipolar));
}

TEST_CASE("spikes give the numbers of their dense copies") {
    for (const SpikeKind left : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer})
        for (const SpikeKind right : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
            const Spikes k = random_spikes({2, 2, 5, 70}, left, 1), v = random_spikes({2, 2, 5, 70}, right, 2);
            CHECK(same_bits(token_sum(k, v), token_sum(k.to_tensor(), v.to_tensor())));
            int64_t met = 0;
            for (int64_t r = 0; r < k.rows(); ++r)
                for (int64_t c = 0; c < 70; ++c) met += std::abs(k.value(r, c) * v.value(r, c));
            CHECK(token_sum_count(k, v).synops() == static_cast<uint64_t>(met));
            if (std::max(left, right) == SpikeKind::integer) continue;
            const Spikes open = random_spikes({2, 2, 1, 70}, right, 3);
            const Tensor dense = gate(k.to_tensor(), open.to_tensor());
            CHECK(largest_difference(gate(k, open).to_tensor(), dense) == 0.0);
        }
}

TEST_CASE("the gradients of token sums and gates agree with finite differences") {
    const Tensor k = random_tensor({2, 1, 3, 4}, 1), v = random_tensor({2, 1, 3, 4}, 2),
                 s = random_tensor({2, 1, 1, 4}, 3);
    const TokenSumGradient sum = token_sum_backward(k, v, s);
    CHECK(largest_difference(sum.k, numeric_gradient([&](const Tensor& x) { return dot(token_sum(x, v), s); }, k)) <
          1e-4);
    CHECK(largest_difference(sum.v, numeric_gradient([&](const Tensor& x) { return dot(token_sum(k, x), s); }, v)) <
          1e-4);
    const GateGradient gated = gate_backward(k, s, v);
    CHECK(largest_difference(gated.q, numeric_gradient([&](const Tensor& x) { return dot(gate(x, s), v); }, k)) < 1e-4);
    CHECK(largest_difference(gated.gate, numeric_gradient([&](const Tensor& x) { return dot(gate(k, x), v); }, s)) <
          1e-4);
}

TEST_CASE("gates refuse integer spikes and shapes that do not fit") {
    const Spikes q({1, 1, 2, 4}, SpikeKind::binary);
    CHECK_THROWS_AS(gate(q, Spikes({1, 1, 1, 4}, SpikeKind::integer)), Error);
    CHECK_THROWS_AS(gate(q, Spikes({1, 1, 2, 4}, SpikeKind::binary)), Error);
    CHECK_THROWS_AS(token_sum(q, Spikes({1, 1, 3, 4}, SpikeKind::binary)), Error);
}
