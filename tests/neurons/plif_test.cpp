// plif by hand: the learned time constant.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

TEST_CASE("plif starts as lif with the same tau") {
    const Tensor x = random_currents({4, 1, 3, 33});
    CHECK(*MadeNeuron("plif").run(x).spikes() == *MadeNeuron("lif").run(x).spikes());  // tau = 2: the same bits
    MadeNeuron made("plif", {{"tau", "3"}});
    CHECK(made.parameters.find("n.w")->value[0] == doctest::Approx(-std::log(2.0f)));  // sigmoid(w) = 1/3
}

TEST_CASE("plif follows its parameter") {
    MadeNeuron made("plif");
    made.parameters.find("n.w")->value[0] = -std::log(3.0f);  // tau = 4: h = x / 4
    CHECK(made.run(Tensor({1, 1, 2}, {3.9f, 4.1f})).spikes()->fired(0)[0] == 0b10);
}

TEST_CASE("plif adds up the gradient of its time constant") {
    // One step from rest, rectangle of height 1: dL/dh = 1, dh/dk = x, dk/dw = 1/4 at tau = 2; x = 2 and 1.5.
    const MadeNeuron made("plif", {{"surrogate", "rectangle"}, {"surrogate_alpha", "1"}});
    const Tensor x({1, 1, 2}, {2.0f, 1.5f}), ones({1, 1, 2}, {1, 1});
    CHECK(made.gradients(x, ones, false).sums[0][0] == doctest::Approx((2.0f + 1.5f) / 4));
}

TEST_CASE("plif cannot start without a leak to learn from") {
    CHECK_THROWS_WITH_AS(MadeNeuron("plif", {{"tau", "1"}}), doctest::Contains("neuron.tau = 1: plif"), Error);
}

}  // namespace
}  // namespace bispike
