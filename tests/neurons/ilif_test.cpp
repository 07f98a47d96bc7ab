// ilif by hand.
#include <doctest/doctest.h>

#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

TEST_CASE("ilif fires the rounded potential, at most `levels` and at least 0") {
    const Tensor x({1, 1, 6}, {0.4f, 0.6f, 2.5f, 3.5f, 9.0f, -3.0f});  // halves to even
    const Value out = MadeNeuron("ilif").run(x);
    CHECK(out.spikes()->kind() == SpikeKind::integer);
    CHECK(same_bits(out.dense(), Tensor({1, 1, 6}, {0, 1, 2, 4, 4, 0})));
}

TEST_CASE("ilif keeps what it did not fire, and a quarter of it a step later") {
    // h = 6 fires 4, leaves 2; 0.5 + 1.2 = 1.7 fires 2, leaves -0.3; -0.075 + 0.6 = 0.525 fires 1
    const Tensor x({3, 1, 1}, {6.0f, 1.2f, 0.6f});
    CHECK(same_bits(MadeNeuron("ilif").run(x).dense(), Tensor({3, 1, 1}, {4, 2, 1})));
}

TEST_CASE("ilif counts in units of its threshold") {
    const MadeNeuron made("ilif", {{"threshold", "0.5"}, {"levels", "7"}, {"decay", "0"}});
    CHECK(same_bits(made.run(Tensor({1, 1, 3}, {1.5f, 0.2f, 9.0f})).dense(), Tensor({1, 1, 3}, {3, 0, 7})));
}

TEST_CASE("ilif passes gradients straight through between 0 and `levels` thresholds") {
    const MadeNeuron made("ilif", {{"threshold", "2"}});
    const Tensor x({1, 1, 4}, {-0.1f, 0.1f, 7.9f, 8.1f}), ones({1, 1, 4}, {1, 1, 1, 1});
    CHECK(same_bits(made.gradients(x, ones, false).x, Tensor({1, 1, 4}, {0, 0.5f, 0.5f, 0})));
}

TEST_CASE("ilif refuses parameters out of range") {
    CHECK_THROWS_WITH_AS(MadeNeuron("ilif", {{"levels", "128"}}), doctest::Contains("neuron.levels = 128"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("ilif", {{"levels", "0"}}), doctest::Contains("neuron.levels = 0"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("ilif", {{"decay", "1.5"}}), doctest::Contains("neuron.decay = 1.5"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("ilif", {{"threshold", "-1"}}), doctest::Contains("neuron.threshold = -1"), Error);
}

}  // namespace
}  // namespace bispike
