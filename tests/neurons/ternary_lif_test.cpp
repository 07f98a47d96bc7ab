// ternary_lif by hand.
#include <doctest/doctest.h>

#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

TEST_CASE("ternary_lif fires +1 at theta and -1 at -theta and resets after both") {
    // h = 1 fires, -1 fires, -0.5, (-0.5 - 1.5) / 2 = -1 fires, 0.25
    const Tensor x({5, 1, 1}, {2.0f, -2.0f, -1.0f, -1.5f, 0.5f});
    const Value out = MadeNeuron("ternary_lif").run(x);
    CHECK(out.spikes()->kind() == SpikeKind::bipolar);
    CHECK(same_bits(out.dense(), Tensor({5, 1, 1}, {1, -1, 0, -1, 0})));
}

TEST_CASE("ternary_lif with a soft reset steps towards zero from both sides") {
    // h = -2 fires, leaves -1; (-1 - 1) / 2 = -1 fires, leaves 0; 0.5
    const Tensor x({3, 1, 1}, {-4.0f, -1.0f, 1.0f});
    CHECK(same_bits(MadeNeuron("ternary_lif", {{"reset", "soft"}}).run(x).dense(), Tensor({3, 1, 1}, {-1, -1, 0})));
}

TEST_CASE("ternary_lif with fire = strict stays silent at both thresholds") {
    const Tensor x({1, 1, 4}, {2.0f, -2.0f, 2.1f, -2.1f});
    CHECK(same_bits(MadeNeuron("ternary_lif", {{"fire", "strict"}}).run(x).dense(), Tensor({1, 1, 4}, {0, 0, 1, -1})));
}

TEST_CASE("ternary_lif spikes are odd in the input") {
    const Tensor x = random_currents({4, 1, 2, 70});
    Tensor mirrored = x;
    mirrored.scale(-1.0f);
    const MadeNeuron made("ternary_lif");
    Tensor expected = made.run(x).dense();
    for (float& v : expected.values()) v = v == 0.0f ? 0.0f : -v;
    CHECK(same_bits(made.run(mirrored).dense(), expected));
}

TEST_CASE("ternary_lif has a surrogate window at each threshold") {
    // rectangle, alpha = 1: windows [0.5, 1.5] and [-1.5, -0.5]; h = x / 2; dx = slope / 2
    const MadeNeuron made("ternary_lif", {{"surrogate", "rectangle"}, {"surrogate_alpha", "1"}});
    const Tensor x({1, 1, 5}, {-4.0f, -2.0f, 0.5f, 2.5f, 3.5f}), ones({1, 1, 5}, {1, 1, 1, 1, 1});
    CHECK(same_bits(made.gradients(x, ones, false).x, Tensor({1, 1, 5}, {0, 0.5f, 0, 0.5f, 0})));
}

}  // namespace
}  // namespace bispike
