// if by hand.
#include <doctest/doctest.h>

#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

TEST_CASE("if adds up its currents and fires when they reach the threshold") {
    const Tensor x({4, 1, 1}, {0.5f, 0.25f, 0.25f, 0.5f});  // h = 0.5, 0.75, 1 fires, 0.5
    CHECK(same_bits(MadeNeuron("if").run(x).dense(), Tensor({4, 1, 1}, {0, 0, 1, 0})));
}

TEST_CASE("if with a soft reset keeps the rest, so spikes count the charge") {
    const Tensor x({4, 1, 1}, {2.5f, 0.0f, 0.0f, 0.5f});  // h = 2.5, 1.5, 0.5, 1
    CHECK(same_bits(MadeNeuron("if", {{"reset", "soft"}}).run(x).dense(), Tensor({4, 1, 1}, {1, 1, 0, 1})));
}

TEST_CASE("if passes gradients to every earlier step undiminished") {
    // rectangle, alpha = 0.25: slope 0.25 wherever |h - 1| <= 2. dh2 = .25, dh1 = .25 + .25, dh0 = .75
    const MadeNeuron made("if", {{"surrogate", "rectangle"}, {"surrogate_alpha", "0.25"}});
    const Tensor x({3, 1, 1}, {0.25f, 0.25f, 0.25f}), ones({3, 1, 1}, {1, 1, 1});
    CHECK(same_bits(made.gradients(x, ones, false).x, Tensor({3, 1, 1}, {0.75f, 0.5f, 0.25f})));
}

}  // namespace
}  // namespace bispike
