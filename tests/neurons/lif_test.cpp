// lif by hand: every charge, fire and reset convention on numbers that can be checked on paper.
#include <doctest/doctest.h>

#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

/// Spikes of one neuron that gets the currents x, one a step.
std::vector<float> spikes(const MadeNeuron& made, std::initializer_list<float> x) {
    const Tensor currents({static_cast<int64_t>(x.size()), 1, 1}, x);
    const Tensor out = made.run(currents).dense();
    return {out.values().begin(), out.values().end()};
}

using Train = std::vector<float>;

TEST_CASE("lif halves the input and fires at the threshold") {
    // h = 0.75, (0.75 + 1.25) / 2 = 1 fires, 0.5 from rest, (0.5 + 1.5) / 2 = 1 fires
    CHECK(spikes(MadeNeuron("lif"), {1.5f, 1.25f, 1.0f, 1.5f}) == Train{0, 1, 0, 1});
}

TEST_CASE("lif with fire = strict stays silent at the threshold itself") {
    // h = 0.75, 1 does not fire and stays, (1 + 1.5) / 2 = 1.25 fires
    CHECK(spikes(MadeNeuron("lif", {{"fire", "strict"}}), {1.5f, 1.25f, 1.5f}) == Train{0, 0, 1});
}

TEST_CASE("lif with decay_input = false takes the whole input") {
    // h = 0.75, 0.375 + 0.5 = 0.875, 0.4375 + 0.5625 = 1 fires, 0.9 from rest
    CHECK(spikes(MadeNeuron("lif", {{"decay_input", "false"}}), {0.75f, 0.5f, 0.5625f, 0.9f}) == Train{0, 0, 1, 0});
}

TEST_CASE("lif with reset = soft keeps what lies above the threshold") {
    // h = 2 fires, leaves 1; (1 + 1) / 2 = 1 fires, leaves 0; 0.5. A hard reset is silent at the second step.
    CHECK(spikes(MadeNeuron("lif", {{"reset", "soft"}}), {4.0f, 1.0f, 1.0f}) == Train{1, 1, 0});
    CHECK(spikes(MadeNeuron("lif"), {4.0f, 1.0f, 1.0f}) == Train{1, 0, 0});
}

TEST_CASE("lif rests at v_reset, where it starts and returns to") {
    // v = -1. h = -1 + (3 + 0) / 2... with x - (v - v_reset) = 3: h = 0.5; then x - 1.5 = 1: h = 1 fires; h = -1 + 3/2
    const MadeNeuron made("lif", {{"v_reset", "-1"}});
    CHECK(spikes(made, {3.0f, 2.5f, 3.0f}) == Train{0, 1, 0});
    CHECK(spikes(made, {4.0f, 4.0f, 3.9f}) == Train{1, 1, 0});
}

TEST_CASE("lif with tau = 4 leaks a quarter a step") {
    // h = 0.75, 0.75 + 0.25 / 4 ... = 0.75 + (1.75 - 0.75) / 4 = 1 fires
    CHECK(spikes(MadeNeuron("lif", {{"tau", "4"}}), {3.0f, 1.75f}) == Train{0, 1});
}

TEST_CASE("lif passes gradients to earlier steps through the leak and stops them at a spike") {
    // alpha = 4 at h = theta: slope 1. Two steps, both dL/ds = 1, tau = 2.
    const Tensor ones({2, 1, 1}, {1.0f, 1.0f});
    SUBCASE("a silent first step") {
        // h = 0.5, then 1: slopes 4 p (1 - p) with p = sigmoid(-2), and 1. dh1 = 1; dh0 = slope + 1/2.
        const float slope = 4 * 0.104993585f;
        const Tensor dx = MadeNeuron("lif").gradients(Tensor({2, 1, 1}, {1.0f, 1.5f}), ones, false).x;
        CHECK(dx[1] == doctest::Approx(0.5f));
        CHECK(dx[0] == doctest::Approx(0.5f * (slope + 0.5f)));
    }
    SUBCASE("a spike at the first step") {
        // h = 1 fires, v = 0, h = 1 again. Nothing flows through the spike: dh0 = 1.
        const Tensor x({2, 1, 1}, {2.0f, 2.0f});
        CHECK(MadeNeuron("lif").gradients(x, ones, false).x[0] == doctest::Approx(0.5f));
        // Attached: dv0/dh0 = (v_reset - h) slope = -1, so dh0 = 1 + 1/2 * -1.
        const MadeNeuron attached("lif", {{"detach_reset", "false"}});
        CHECK(attached.gradients(x, ones, false).x[0] == doctest::Approx(0.25f));
        // Soft and detached: dv0/dh0 = 1, so dh0 = 1 + 1/2; x1 = 2 gives h1 = 1 from v = 0.
        const MadeNeuron soft("lif", {{"reset", "soft"}});
        CHECK(soft.gradients(x, ones, false).x[0] == doctest::Approx(0.75f));
    }
}

TEST_CASE("lif takes the threshold of its role before the configured one") {
    CHECK(spikes(MadeNeuron("lif", {{"threshold", "2"}}, {.threshold = 0.5f}), {1.0f}) == Train{1});
    CHECK(spikes(MadeNeuron("lif", {{"threshold", "2"}}), {3.9f}) == Train{0});
}

TEST_CASE("lif refuses parameters out of range") {
    CHECK_THROWS_WITH_AS(MadeNeuron("lif", {{"tau", "0.5"}}), doctest::Contains("neuron.tau = 0.5"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("lif", {{"tau", "nan"}}), doctest::Contains("neuron.tau"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("lif", {{"threshold", "0"}}), doctest::Contains("neuron.threshold = 0"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("lif", {{"v_reset", "1"}}), doctest::Contains("neuron.v_reset = 1"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("lif", {{"surrogate_alpha", "-1"}}), doctest::Contains("alpha = -1"), Error);
    CHECK_THROWS_WITH_AS(MadeNeuron("lif", {{"reset", "sfot"}}), doctest::Contains("did you mean `soft`"), Error);
}

}  // namespace
}  // namespace bispike
