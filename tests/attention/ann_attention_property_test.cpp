// What holds for every registered attention between real values: single images, single steps, observation, gradients.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/layers/looks_across.h"
#include "tests/attention/made_mixer.h"

using namespace bispike;

namespace {

/// Of two measured gradients the entries nearest to `gradient`: a kink within the step spoils one, and rounding the
/// other.
Tensor nearest(const Tensor& gradient, const Tensor& a, const Tensor& b) {
    Tensor out = a;
    for (int64_t i = 0; i < out.size(); ++i)
        if (std::abs(b[i] - gradient[i]) < std::abs(a[i] - gradient[i])) out[i] = b[i];
    return out;
}

bool looks_across(const MadeMixer& made) { return dynamic_cast<const LooksAcross*>(made.layer.get()) != nullptr; }

}  // namespace

TEST_CASE("attention between real values gives the same bits for single images and single steps") {
    const Tensor x = random_tensor({2, 3, 16, 24}, 1);
    for (const auto& entry : registry().ann_attention) {
        INFO(entry.name);
        const MadeMixer made(entry.name);
        const Tensor whole = made.run(x);
        REQUIRE(whole.shape() == x.shape());
        const int64_t images = looks_across(made) ? 3 : 1, each = images * 384;  // of a step; or each by itself
        for (int64_t at = 0; at < 6; at += images) {
            const Tensor part({1, images, 16, 24},
                              x.values().subspan(static_cast<size_t>(at * 384), static_cast<size_t>(each)));
            const Tensor alone = made.run(part, nullptr, static_cast<int>(at / 3), at % 3);
            CHECK(std::equal(alone.data(), alone.data() + each, whole.data() + at * 384));
        }
    }
}

TEST_CASE("watching attention between real values does not change it") {
    const Tensor x = random_tensor({1, 2, 16, 24}, 2);
    for (const auto& entry : registry().ann_attention) {
        Memory memory;
        const MadeMixer made(entry.name);
        CHECK(same_bits(made.run(x), made.run(x, &memory)));
    }
}

TEST_CASE("the gradient of attention between real values agrees with finite differences") {
    const Tensor x = random_tensor({1, 2, 16, 24}, 3), weight = random_tensor({1, 2, 16, 24}, 4);
    for (const auto& entry : registry().ann_attention) {
        INFO(entry.name);
        MadeMixer made(entry.name);
        draw_zero_weights(made.parameters);
        made.layer->prepare(Purpose::train);
        const auto run = [&](Tape& tape, const Tensor& at) {
            const int64_t samples[] = {0, 1};
            Pass pass = whole_run(1);
            pass.tape = &tape, pass.samples = samples, pass.smooth_spikes = true;
            const Value leaf = tape.record(at, {});
            tape.keep(leaf.node());
            return pass(*made.layer, leaf);
        };
        Tape tape(made.parameters);
        const Value output = run(tape, x);
        tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(output.node(), weight); }));
        const auto loss = [&](const Tensor& at) {
            Tape other(made.parameters);
            return dot(*run(other, at).tensor(), weight);
        };
        const Tensor wide = numeric_gradient(loss, x), narrow = numeric_gradient(loss, x, 1e-3f);
        CHECK(largest_difference(wide, Tensor(x.shape())) > 0.02);
        CHECK(largest_difference(tape.kept(), nearest(tape.kept(), wide, narrow)) < 2e-3);
    }
}

TEST_CASE("softmax attention by hand: one head of width 4, weights from scores over the square root of the width") {
    MadeMixer made("softmax", {.dim = 4, .heads = 1, .rows = 1, .columns = 2});
    for (const char* name : {"q", "k", "v", "proj"}) made.let_through(name);
    made.parameters.find("attn.v.bias")->value.fill(10.0f);
    made.layer->prepare(Purpose::train);
    Memory memory;
    const float a = 2.0f * std::log(3.0f);  // q.k / 2 = log 3 where both have their one at the same place
    const Tensor y = made.run(Tensor({1, 1, 2, 4}, {std::sqrt(a), 0, 0, 0, 0, std::sqrt(a), 0, 0}), &memory);
    const Tensor& weights = *memory["attn.weight"].output.tensor();
    for (const auto& [at, expected] : {std::pair{0, 0.75}, {1, 0.25}, {2, 0.25}, {3, 0.75}})
        CHECK(weights[at] == doctest::Approx(expected));
    CHECK(y.row(0)[0] == doctest::Approx(10 + 0.75 * std::sqrt(a)));
    CHECK(y.row(0)[1] == doctest::Approx(10 + 0.25 * std::sqrt(a)));
    CHECK(y.row(0)[2] == 10.0f);
    CHECK(memory["attn.score"].count == OpCount{.mac = 16, .dense = 16});
    CHECK(memory["attn.mix"].count == OpCount{.mac = 16, .dense = 16});
}
