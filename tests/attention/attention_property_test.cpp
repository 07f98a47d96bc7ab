// What holds for every registered attention: chunks of time, batches, observation, gradients.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/attention/score_norm.h"
#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

bool has_score_norm(const std::string& model) {
    return MadeAttention(model, 24, 3).settings.resolved().contains("attention.score_norm");
}

std::vector<std::pair<std::string, std::string>> every_attention() {  // model, score norm ("" where it has none)
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& entry : registry().attention) {
        if (!has_score_norm(entry.name)) {
            all.emplace_back(entry.name, "");
            continue;
        }
        for (const ScoreNorm& norm : score_norms()) all.emplace_back(entry.name, norm.name);
    }
    return all;
}

/// With the reset on the tape, so that the gradient is the whole derivative.
MadeAttention make(const std::pair<std::string, std::string>& which) {
    if (which.second.empty()) return {which.first, 24, 3, {{"neuron.detach_reset", "false"}}};
    return {
        which.first,
        24,
        3,
        {{"attention.score_norm", which.second}, {"attention.threshold", "0.125"}, {"neuron.detach_reset", "false"}}};
}

/// sum(weight * output) while training, with the surrogate's primitive instead of spikes.
double smooth_loss(const MadeAttention& made, const Tensor& x, const Tensor& weight) {
    Tape tape(made.parameters);
    Pass pass = whole_run(3);
    pass.tape = &tape, pass.smooth_spikes = true;
    return dot(pass(*made.layer, x).dense(), weight);
}

Tensor smooth_gradient(const MadeAttention& made, const Tensor& x, const Tensor& weight) {
    Tape tape(made.parameters);
    Pass pass = whole_run(3);
    pass.tape = &tape, pass.smooth_spikes = true;
    Value leaf = tape.record(x, {});
    tape.keep(leaf.node());
    const Value output = pass(*made.layer, std::move(leaf));
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(output.node(), weight); }));
    return tape.kept();
}

}  // namespace

TEST_CASE("attention gives the same spikes for chunks of one step, and for single images") {
    const Spikes x = random_spikes({4, 2, 5, 24}, SpikeKind::binary, 21);
    for (const auto& which : every_attention()) {
        INFO(which.first, " ", which.second);
        const MadeAttention made = make(which);
        const Tensor whole = made.run(x).dense();
        State state;
        for (int t = 0; t < 4; ++t) {
            Pass pass = whole_run(4);
            pass.first_step = t, pass.steps = 1, pass.state = &state;
            const Tensor part = pass(*made.layer, x.slice(t, t + 1)).dense();
            CHECK(std::equal(part.data(), part.data() + part.size(), whole.data() + t * part.size()));
        }
        const Tensor dense = x.to_tensor();
        for (int image = 0; image < 2; ++image) {
            Tensor alone({4, 1, 5, 24});
            for (int t = 0; t < 4; ++t) std::copy_n(dense.data() + (2 * t + image) * 120, 120, alone.data() + t * 120);
            const Tensor out = made.run(Spikes::from(alone, SpikeKind::binary)).dense();
            for (int t = 0; t < 4; ++t)
                CHECK(
                    std::equal(out.data() + t * 120, out.data() + (t + 1) * 120, whole.data() + (2 * t + image) * 120));
        }
    }
}

TEST_CASE("watching attention does not change it") {
    const Value x = random_spikes({4, 2, 5, 24}, SpikeKind::binary, 22);
    for (const auto& which : every_attention()) {
        Memory memory;
        const MadeAttention made = make(which);
        CHECK(same_bits(made.run(x).dense(), made.run(x, &memory).dense()));
    }
}

TEST_CASE("while training, attention is on the tape and still gives spikes") {
    const Value x = random_spikes({3, 2, 5, 24}, SpikeKind::binary, 23);
    for (const auto& which : every_attention()) {
        const MadeAttention made = make(which);
        made.layer->prepare(Purpose::train);
        Tape tape(made.parameters);
        Pass pass = whole_run(3);
        pass.tape = &tape;
        const Value out = pass(*made.layer, x);
        CHECK(out.spikes() != nullptr);
        CHECK(out.node() != Value::kNoNode);
    }
}

TEST_CASE("the gradient of attention agrees with a finite difference along random directions") {
    const Tensor x = random_tensor({3, 2, 5, 24}, 24), weight = random_tensor({3, 2, 5, 24}, 25);
    for (const auto& which : every_attention()) {
        INFO(which.first, " ", which.second);
        const MadeAttention made = make(which);
        made.layer->prepare(Purpose::train);
        const Tensor gradient = smooth_gradient(made, x, weight);
        const double size = std::sqrt(dot(gradient, gradient));
        CHECK(size > 1e-3);
        for (uint64_t seed = 0; seed < 3; ++seed) {
            // Random, with a part along the gradient so that there is something to measure.
            Tensor direction = random_tensor(x.shape(), 30 + seed), along = gradient, above = x, below = x;
            along.scale(static_cast<float>(3.0 / size));
            direction.add(along);
            Tensor step = direction;
            step.scale(1e-3f);
            above.add(step);
            step.scale(-1.0f);
            below.add(step);
            const double measured = (smooth_loss(made, above, weight) - smooth_loss(made, below, weight)) / 2e-3;
            CHECK(dot(gradient, direction) == doctest::Approx(measured).epsilon(0.02));
        }
    }
}
