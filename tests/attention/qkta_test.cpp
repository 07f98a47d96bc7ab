// qkta: keys behind a gate of each head and token.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/head_sum.h"
#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// k_c where the head of c is open, one by one.
Tensor behind(const Spikes& k, const Spikes& open) {
    Tensor out(k.shape());
    const int64_t width = k.channels() / open.channels();
    for (int64_t row = 0; row < k.rows(); ++row)
        for (int64_t c = 0; c < k.channels(); ++c)
            out.row(row)[c] = static_cast<float>(k.value(row, c) * open.value(row, c / width));
    return out;
}

}  // namespace

TEST_CASE("qkta lets the keys of a head and token through where its queries made the gate fire") {
    Memory seen;
    const Value x = random_spikes({4, 2, 5, 24}, SpikeKind::binary, 11);
    const Value out = MadeAttention("qkta", 24, 3, {{"attention.threshold", "2"}}).run(x, &seen);
    const Spikes &q = *seen["attn.q_lif"].output.spikes(), &k = *seen["attn.k_lif"].output.spikes();
    const Spikes& open = *seen["attn.attn_lif"].output.spikes();
    CHECK(same_bits(seen["attn.head_sum"].output.dense(), head_sum(q.to_tensor(), 3)));
    CHECK(q.count() > 0);
    CHECK(seen["attn.head_sum"].count ==
          OpCount{.ac = static_cast<uint64_t>(q.count()), .dense = static_cast<uint64_t>(q.size())});
    CHECK(seen["attn.gate"].count == OpCount{});
    CHECK(open.shape() == Shape{4, 2, 5, 3});
    CHECK(open.count() > 0);
    CHECK(open.count() < open.size());
    CHECK(out.shape() == Shape{4, 2, 5, 24});
    CHECK(same_bits(out.dense(), behind(k, open)));
    CHECK(same_bits(out.dense(), seen["attn.gate"].output.dense()));
    CHECK(out.spikes()->kind() == SpikeKind::binary);
}

TEST_CASE("qkta has no values and no scores: their keys are unknown to it") {
    CHECK_THROWS_WITH_AS(MadeAttention("qkta", 24, 3, {{"attention.score_norm", "softmax"}}),
                         doctest::Contains("attention.score_norm"), Error);
    CHECK_THROWS_WITH_AS(MadeAttention("qkta", 24, 5), doctest::Contains("attention heads = 5"), Error);
    CHECK_THROWS_WITH_AS(MadeAttention("qkta", 24, 3, {{"attention.threshold", "-1"}}),
                         doctest::Contains("attention.threshold = -1"), Error);
    for (const Parameter& p : MadeAttention("qkta", 24, 3).parameters) CHECK(!p.name.starts_with("attn.v"));
}
