// Scores, norms, mix and gates on the tape: gradients reach the nodes that made the operands.
#include <doctest/doctest.h>

#include <functional>

#include "sim/grad/gate.h"
#include "sim/grad/head_part.h"
#include "sim/grad/head_sum.h"
#include "sim/grad/mix.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/score.h"
#include "sim/ops/gate.h"
#include "sim/ops/head_sum.h"
#include "sim/ops/mix.h"
#include "sim/ops/score.h"
#include "sim/ops/softmax.h"
#include "sim/ops/spike_count.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// Gradient of sum(weight * f(leaf)) at the leaf.
Tensor gradient_at(const Value& at, const Tensor& weight, const std::function<Value(Tape*, Value)>& f) {
    const ParameterList none;
    Tape tape(none);
    Value leaf = at.spikes() ? tape.record(*at.spikes(), {}) : tape.record(*at.tensor(), {});
    tape.keep(leaf.node());
    const Value y = f(&tape, leaf);
    const Value plain = f(nullptr, at);
    CHECK(same_bits(y.dense(), plain.dense()));
    CHECK(plain.node() == Value::kNoNode);
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), weight); }));
    return tape.kept();
}

const Shape kTokens{2, 1, 5, 6}, kScores{2, 1, 2, 5, 5}, kGate{2, 1, 1, 6};

}  // namespace

TEST_CASE("scores on the tape send their gradients to queries and keys, spikes or not") {
    const Spikes q = random_spikes(kTokens, SpikeKind::bipolar, 1), k = random_spikes(kTokens, SpikeKind::binary, 2);
    const Tensor g = random_tensor(kScores, 3);
    const ScoreGradient d = score_backward(q.to_tensor(), k.to_tensor(), g);
    CHECK(same_bits(gradient_at(q, g, [&](Tape* t, Value x) { return score(t, std::move(x), k, 2); }), d.q));
    CHECK(same_bits(gradient_at(k, g, [&](Tape* t, Value x) { return score(t, q, std::move(x), 2); }), d.k));
    CHECK(
        same_bits(gradient_at(q.to_tensor(), g, [&](Tape* t, Value x) { return score(t, std::move(x), k, 2); }), d.q));
    CHECK(score_count(Value(q), Value(k), 2) == score_count(q, k, 2));
    CHECK(score_count(Value(q.to_tensor()), Value(k), 2).mac == 300);
}

TEST_CASE("one value as query and key gets both gradients") {
    const Tensor x = random_tensor(kTokens, 4), g = random_tensor(kScores, 5);
    ScoreGradient d = score_backward(x, x, g);
    d.q.add(d.k);
    CHECK(largest_difference(gradient_at(x, g, [](Tape* t, Value v) { return score(t, v, v, 2); }), d.q) < 1e-6);
}

TEST_CASE("row norms on the tape have the gradients of their operations") {
    const Tensor x = random_tensor(kScores, 6), g = random_tensor(kScores, 7);
    CHECK(same_bits(gradient_at(x, g, [](Tape* t, Value v) { return softmax(t, std::move(v)); }),
                    softmax_backward(softmax(x), g)));
    CHECK(same_bits(gradient_at(x, g, [](Tape* t, Value v) { return spike_count(t, std::move(v)); }),
                    spike_count_backward(x, spike_count(x), g)));
    for (const Gamma gamma : {Gamma::exact, Gamma::fp32, Gamma::smooth})
        CHECK(same_bits(gradient_at(x, g, [&](Tape* t, Value v) { return shiftmax(t, std::move(v), gamma); }),
                        shiftmax_backward(shiftmax(x, gamma), g)));
}

TEST_CASE("a scaled mix on the tape agrees with finite differences for weights and values") {
    const Tensor a = random_tensor(kScores, 8), v = random_tensor(kTokens, 9), g = random_tensor(kTokens, 10);
    for (const float scale : {1.0f, 0.125f}) {
        const Tensor da = gradient_at(a, g, [&](Tape* t, Value x) { return mix(t, std::move(x), v, scale); });
        const Tensor dv = gradient_at(v, g, [&](Tape* t, Value x) { return mix(t, a, std::move(x), scale); });
        CHECK(largest_difference(da, numeric_gradient([&](const Tensor& x) { return scale * dot(mix(x, v), g); }, a)) <
              1e-4);
        CHECK(largest_difference(dv, numeric_gradient([&](const Tensor& x) { return scale * dot(mix(a, x), g); }, v)) <
              1e-4);
    }
    const Spikes s = random_spikes(kTokens, SpikeKind::bipolar, 11);
    CHECK(mix_count(Value(a), Value(s), Weights::real) == mix_count(a, s));
    CHECK(mix_count(Value(a), Value(v), Weights::power_of_two) == mix_count(a, v.shape(), Weights::power_of_two));
}

TEST_CASE("spikes that meet real values on the tape send their gradients to both") {
    const Spikes q = random_spikes({2, 1, 5, 6}, SpikeKind::binary, 20),
                 a = random_spikes({2, 1, 2, 5, 3}, SpikeKind::bipolar, 21);
    const Tensor k = random_tensor({2, 1, 3, 6}, 22), g = random_tensor({2, 1, 2, 5, 3}, 23),
                 h = random_tensor({2, 1, 5, 6}, 24);
    const ScoreGradient d = score_backward(q.to_tensor(), k, g);
    CHECK(same_bits(gradient_at(q, g, [&](Tape* t, Value x) { return score(t, std::move(x), k, 2); }), d.q));
    CHECK(same_bits(gradient_at(k, g, [&](Tape* t, Value x) { return score(t, q, std::move(x), 2); }), d.k));
    CHECK(score_count(Value(q), Value(k), 2) == score_count(q, k.shape(), 2));
    const MixGradient m = mix_backward(a.to_tensor(), k, h);
    CHECK(same_bits(gradient_at(a, h, [&](Tape* t, Value x) { return mix(t, std::move(x), k, 1.0f); }), m.weights));
    CHECK(same_bits(gradient_at(k, h, [&](Tape* t, Value x) { return mix(t, a, std::move(x), 1.0f); }), m.v));
    CHECK(mix_count(Value(a), Value(k), Weights::integer) == mix_count(a, k.shape()));
}

TEST_CASE("parts of heads on the tape add up their gradients") {
    const Tensor x = random_tensor(kTokens, 25), g = random_tensor({2, 1, 5, 3}, 26);
    const std::vector<float> factors = {2.0f};
    for (const int64_t part : {0, 1})
        CHECK(same_bits(gradient_at(x, g,
                                    [&](Tape* t, Value v) {
                                        return head_part(t, v, {1, part, 2}, factors);
                                    }),
                        head_part_backward(g, {1, part, 2}, factors)));
}

TEST_CASE("token sums and gates on the tape stay spikes where they can, with the gradients of their operations") {
    const Spikes q = random_spikes(kTokens, SpikeKind::binary, 12), open = random_spikes(kGate, SpikeKind::bipolar, 13);
    const Tensor g = random_tensor(kTokens, 14), sum_g = random_tensor(kGate, 15);
    CHECK(gate(nullptr, q, open).spikes() != nullptr);
    CHECK(gate(nullptr, q.to_tensor(), open).tensor() != nullptr);
    const Spikes levels = random_spikes(kTokens, SpikeKind::integer, 16);
    CHECK(gate(nullptr, levels, open).tensor() != nullptr);
    const GateGradient d = gate_backward(q.to_tensor(), open.to_tensor(), g);
    CHECK(same_bits(gradient_at(q, g, [&](Tape* t, Value x) { return gate(t, std::move(x), open); }), d.q));
    CHECK(same_bits(gradient_at(open, g, [&](Tape* t, Value x) { return gate(t, q, std::move(x)); }), d.gate));
    const TokenSumGradient s = token_sum_backward(q.to_tensor(), levels.to_tensor(), sum_g);
    CHECK(same_bits(gradient_at(q, sum_g, [&](Tape* t, Value x) { return token_sum(t, std::move(x), levels); }), s.k));
    CHECK(same_bits(gradient_at(levels, sum_g, [&](Tape* t, Value x) { return token_sum(t, q, std::move(x)); }), s.v));
    CHECK(token_sum_count(Value(q), Value(levels)) == token_sum_count(q, levels));
    CHECK(token_sum_count(Value(g), Value(q)) == OpCount{.mac = 60, .dense = 60});
}

TEST_CASE("sums over heads and their spreads on the tape have each other's gradient, spikes or not") {
    const Spikes q = random_spikes(kTokens, SpikeKind::bipolar, 17);
    const Tensor g = random_tensor({2, 1, 5, 3}, 18), spread_g = random_tensor(kTokens, 19);
    for (const Value& x : {Value(q), Value(q.to_tensor())})
        CHECK(same_bits(gradient_at(x, g, [](Tape* t, Value v) { return head_sum(t, std::move(v), 3); }),
                        head_spread(g, 6)));
    const Spikes open = random_spikes({2, 1, 5, 3}, SpikeKind::binary, 20);
    for (const Value& x : {Value(open), Value(open.to_tensor())})
        CHECK(same_bits(gradient_at(x, spread_g, [](Tape* t, Value v) { return head_spread(t, std::move(v), 6); }),
                        head_sum(spread_g, 3)));
    CHECK(head_spread(nullptr, open, 6).spikes() != nullptr);
    CHECK(head_sum_count(Value(q)) == head_sum_count(q));
    CHECK(head_sum_count(Value(spread_g)) == OpCount{.ac = 60, .dense = 60});
}
