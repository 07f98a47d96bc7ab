// Sums over the channels of each attention head, and back.
#include "sim/ops/head_sum.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("sums over heads and what spreads them by hand") {
    const Tensor values({1, 1, 2, 4}, {1, -1, 0, 1, 1, 1, 0, 0});
    const Spikes x = Spikes::from(values, SpikeKind::bipolar);
    const Tensor sums({1, 1, 2, 2}, {0, 1, 2, 0});
    CHECK(same_bits(head_sum(x, 2), sums));
    CHECK(same_bits(head_sum(values, 2), sums));
    CHECK(head_sum_count(x) == OpCount{.ac_bipolar = 5, .dense = 8});
    CHECK(same_bits(head_spread(sums, 4), Tensor({1, 1, 2, 4}, {0, 0, 1, 1, 2, 2, 0, 0})));
    const Spikes open = Spikes::from(Tensor({1, 1, 2, 2}, {1, 0, -1, 1}), SpikeKind::bipolar);
    CHECK(head_spread(open, 4) == Spikes::from(Tensor({1, 1, 2, 4}, {1, 1, 0, 0, -1, -1, 1, 1}), SpikeKind::bipolar));
}

TEST_CASE("sums and spreads of spikes of every kind are those of their dense copies, across words too") {
    for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer})
        for (const int64_t heads : {1, 2, 5, 10, 70, 140}) {
            INFO(to_string(kind), ", ", heads, " heads");
            const Spikes x = random_spikes({2, 2, 3, 140}, kind, 1), gate = random_spikes({2, 2, 3, heads}, kind, 2);
            CHECK(same_bits(head_sum(x, heads), head_sum(x.to_tensor(), heads)));
            CHECK(head_sum_count(x).synops() == static_cast<uint64_t>(x.total()));
            const Spikes spread = head_spread(gate, 140);
            CHECK(same_bits(spread.to_tensor(), head_spread(gate.to_tensor(), 140)));
            CHECK(spread == Spikes::from(spread.to_tensor(), kind));
        }
}

TEST_CASE("the sum and the spread are each other's gradient") {
    const Tensor x = random_tensor({2, 1, 3, 6}, 1), g = random_tensor({2, 1, 3, 2}, 2);
    CHECK(largest_difference(head_spread(g, 6),
                             numeric_gradient([&](const Tensor& at) { return dot(head_sum(at, 2), g); }, x)) < 1e-4);
    CHECK(largest_difference(head_sum(x, 2),
                             numeric_gradient([&](const Tensor& at) { return dot(head_spread(at, 6), x); }, g)) < 1e-4);
}

TEST_CASE("heads that do not divide the channels are an error with the choices") {
    CHECK_THROWS_WITH_AS(head_sum(Tensor({1, 1, 2, 6}), 4),
                         doctest::Contains("attention heads = 4 do not divide the width 6; choices: 1, 2, 3, 6"),
                         Error);
    CHECK_THROWS_AS(head_sum(Spikes({1, 1, 2, 6}, SpikeKind::binary), 0), Error);
    CHECK_THROWS_AS(head_spread(Tensor({1, 1, 2, 4}), 6), Error);
}
