// sdsa: queries gated by coincidences.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/gate.h"
#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// Slots where both fired, one by one.
uint64_t coincidences(const Spikes& k, const Spikes& v) {
    uint64_t met = 0;
    for (int64_t row = 0; row < k.rows(); ++row)
        for (int64_t c = 0; c < k.channels(); ++c) met += k.value(row, c) != 0 && v.value(row, c) != 0;
    return met;
}

}  // namespace

TEST_CASE("sdsa lets a query through where coincidences of its channel made the gate fire") {
    Memory seen;
    const Value x = random_spikes({4, 2, 5, 24}, SpikeKind::binary, 11);
    const Value out = MadeAttention("sdsa", 24, 3, {{"attention.threshold", "1"}}).run(x, &seen);
    const Spikes &q = *seen["attn.q_lif"].output.spikes(), &k = *seen["attn.k_lif"].output.spikes();
    const Spikes &v = *seen["attn.v_lif"].output.spikes(), &open = *seen["attn.attn_lif"].output.spikes();
    CHECK(same_bits(seen["attn.token_sum"].output.dense(), token_sum(k.to_tensor(), v.to_tensor())));
    CHECK(coincidences(k, v) > 0);
    CHECK(seen["attn.token_sum"].count == OpCount{.ac = coincidences(k, v), .dense = static_cast<uint64_t>(k.size())});
    CHECK(open.shape() == Shape{4, 2, 1, 24});
    CHECK(open.count() > 0);
    CHECK(open.count() < open.size());
    CHECK(out.shape() == Shape{4, 2, 5, 24});
    CHECK(same_bits(out.dense(), gate(q.to_tensor(), open.to_tensor())));
    CHECK(out.spikes()->kind() == SpikeKind::binary);
}

TEST_CASE("sdsa has no scores: their keys are unknown to it") {
    CHECK_THROWS_WITH_AS(MadeAttention("sdsa", 24, 3, {{"attention.score_norm", "softmax"}}),
                         doctest::Contains("attention.score_norm"), Error);
    CHECK_THROWS_AS(MadeAttention("sdsa", 24, 5), Error);
    CHECK_THROWS_AS(MadeAttention("sdsa", 24, 3, {{"attention.threshold", "-1"}}), Error);
}
