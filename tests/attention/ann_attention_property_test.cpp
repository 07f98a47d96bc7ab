// What holds for every registered attention between real values: single images, single steps, observation, gradients.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

struct MadeAnnAttention {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    std::unique_ptr<Layer> layer;

    explicit MadeAnnAttention(const Entry<MakeAttention>& entry) {
        layer = entry.make(Scope(build, "attn"), 24, 3);
        layer->prepare(Purpose::train);
    }
    Tensor run(const Tensor& x, Memory* memory = nullptr) const {
        Probe* const probes[] = {memory};
        Pass pass = whole_run(x.shape()[0]);
        pass.probes = std::span(probes, memory ? 1 : 0);
        return pass(*layer, x).dense();
    }
};

}  // namespace

TEST_CASE("attention between real values gives the same bits for single images and single steps") {
    const Tensor x = random_tensor({2, 3, 5, 24}, 1);
    for (const auto& entry : registry().ann_attention) {
        INFO(entry.name);
        const MadeAnnAttention made(entry);
        const Tensor whole = made.run(x);
        REQUIRE(whole.shape() == x.shape());
        for (int64_t i = 0; i < 6; ++i) {
            const Tensor alone = made.run(Tensor({1, 1, 5, 24}, x.values().subspan(static_cast<size_t>(i) * 120, 120)));
            CHECK(std::equal(alone.data(), alone.data() + 120, whole.data() + i * 120));
        }
    }
}

TEST_CASE("watching attention between real values does not change it") {
    const Tensor x = random_tensor({1, 2, 5, 24}, 2);
    for (const auto& entry : registry().ann_attention) {
        Memory memory;
        const MadeAnnAttention made(entry);
        CHECK(same_bits(made.run(x), made.run(x, &memory)));
    }
}

TEST_CASE("the gradient of attention between real values agrees with finite differences") {
    const Tensor x = random_tensor({1, 2, 5, 24}, 3), weight = random_tensor({1, 2, 5, 24}, 4);
    for (const auto& entry : registry().ann_attention) {
        INFO(entry.name);
        const MadeAnnAttention made(entry);
        Tape tape(made.parameters);
        Pass pass = whole_run(1);
        pass.tape = &tape;
        Value leaf = tape.record(x, {});
        tape.keep(leaf.node());
        const Value output = pass(*made.layer, std::move(leaf));
        tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(output.node(), weight); }));
        const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(made.run(y), weight); }, x);
        CHECK(largest_difference(expected, Tensor(x.shape())) > 0.1);
        CHECK(largest_difference(tape.kept(), expected) < 2e-3);
    }
}

TEST_CASE("softmax attention by hand: one head of width 4, weights from scores over the square root of the width") {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    const auto layer = find(registry().ann_attention, "softmax", "attention.model").make(Scope(build, "attn"), 4, 1);
    for (const char* name : {"attn.q.weight", "attn.k.weight", "attn.v.weight"}) {
        Tensor& w = parameters.find(name)->value;
        w.fill(0.0f);
        for (int64_t i = 0; i < 4; ++i) w.row(i)[i] = 1.0f;
    }
    parameters.find("attn.v.bias")->value.fill(10.0f);
    layer->prepare(Purpose::simulate);
    Memory memory;
    Probe* const probes[] = {&memory};
    Pass pass = whole_run(1);
    pass.probes = probes;
    const float a = 2.0f * std::log(3.0f);  // q.k / 2 = log 3 where both have their one at the same place
    const Value y = pass(*layer, Tensor({1, 1, 2, 4}, {std::sqrt(a), 0, 0, 0, 0, std::sqrt(a), 0, 0}));
    const Tensor& weights = *memory["attn.weight"].output.tensor();
    for (const auto& [at, expected] : {std::pair{0, 0.75}, {1, 0.25}, {2, 0.25}, {3, 0.75}})
        CHECK(weights[at] == doctest::Approx(expected));
    CHECK(y.tensor()->row(0)[0] == doctest::Approx(10 + 0.75 * std::sqrt(a)));
    CHECK(y.tensor()->row(0)[1] == doctest::Approx(10 + 0.25 * std::sqrt(a)));
    CHECK(y.tensor()->row(0)[2] == 10.0f);
    CHECK(memory["attn.score"].count == OpCount{.mac = 16, .dense = 16});
    CHECK(memory["attn.mix"].count == OpCount{.mac = 16, .dense = 16});
}
