// AdamW against numbers that can be checked by hand.
#include "sim/run/adamw.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// A list with one parameter of each role, all 1.
struct Trained {
    ParameterList list;
    Parameter& weight = list.add("weight", Tensor({1}, {1}), Role::weight);
    Parameter& scale = list.add("scale", Tensor({1}, {1}), Role::scale);
    Parameter& buffer = list.add("buffer", Tensor({1}, {1}), Role::buffer);

    /// A gradient g for every one of them.
    ParameterSums gradients(float g) const {
        ParameterSums sums(list);
        for (int i = 0; i < sums.size(); ++i) sums[i][0] = g;
        return sums;
    }
};

constexpr AdamWOptions kNoDecay{.weight_decay = 0, .epsilon = 0};

}  // namespace

TEST_CASE("the first step moves against the sign of the gradient by the learning rate, whatever its size") {
    for (const float g : {1e-6f, 0.5f, 300.0f, -2.0f}) {
        Trained t;
        AdamW optimiser(t.list, kNoDecay);
        optimiser.step(t.list, t.gradients(g), 0.01f, 1);
        CHECK(t.weight.value[0] == doctest::Approx(1 - 0.01 * (g > 0 ? 1 : -1)).epsilon(1e-6));
        CHECK(optimiser.steps() == 1);
    }
}

TEST_CASE("two steps by hand") {
    // beta1 = 1/2, beta2 = 3/4; g = 1, then 3: m = 1/2, 7/4; v = 1/4, 39/16; corrected: 1, 1, then 7/3, 39/7.
    Trained t;
    AdamW optimiser(t.list, {.weight_decay = 0, .beta1 = 0.5f, .beta2 = 0.75f, .epsilon = 0});
    optimiser.step(t.list, t.gradients(1), 0.1f, 1);
    CHECK(t.weight.value[0] == doctest::Approx(0.9).epsilon(1e-6));
    optimiser.step(t.list, t.gradients(3), 0.1f, 1);
    CHECK(t.weight.value[0] == doctest::Approx(0.9 - 0.1 * (7.0 / 3) / std::sqrt(39.0 / 7)).epsilon(1e-6));
    CHECK(optimiser.first()[0][0] == 1.75f);
    CHECK(optimiser.second()[0][0] == 39.0f / 16);
}

TEST_CASE("weights decay apart from their gradient, scales do not decay, buffers do not move") {
    Trained t;
    AdamW optimiser(t.list, {.weight_decay = 0.5f, .epsilon = 1e-8f});
    optimiser.step(t.list, t.gradients(0), 0.1f, 1);
    CHECK(t.weight.value[0] == doctest::Approx(1 - 0.1 * 0.5).epsilon(1e-6));
    CHECK(t.scale.value[0] == 1);
    optimiser.step(t.list, t.gradients(5), 0.1f, 1);
    CHECK(t.scale.value[0] < 1);
    CHECK(t.buffer.value[0] == 1);
}

TEST_CASE("epsilon is added to the root of the second moment") {
    Trained t;
    AdamW optimiser(t.list, {.weight_decay = 0, .epsilon = 3});
    optimiser.step(t.list, t.gradients(1), 0.4f, 1);
    CHECK(t.weight.value[0] == doctest::Approx(1 - 0.4 / (1 + 3)).epsilon(1e-6));
}

TEST_CASE("a scaled gradient is the gradient times its scale") {
    Trained a, b;
    AdamW of_a(a.list, {}), of_b(b.list, {});
    for (const float g : {1.0f, -3.0f, 0.25f}) {
        of_a.step(a.list, a.gradients(8 * g), 0.01f, 0.125f);
        of_b.step(b.list, b.gradients(g), 0.01f, 1);
    }
    CHECK(same_bits(a.weight.value, b.weight.value));
    CHECK(same_bits(of_a.second()[0], of_b.second()[0]));
}

TEST_CASE("a run continued from its moments and step number has the bits of an uninterrupted one") {
    Trained whole, resumed;
    AdamW first(whole.list, {}), second(resumed.list, {});
    const auto train = [](AdamW& optimiser, Trained& t, int from, int to) {
        for (int i = from; i < to; ++i) optimiser.step(t.list, t.gradients(static_cast<float>(i % 3) - 0.7f), 0.02f, 1);
    };
    train(first, whole, 0, 10);
    train(second, resumed, 0, 4);
    AdamW after(resumed.list, {});
    for (int i = 0; i < 3; ++i) after.first()[i] = second.first()[i], after.second()[i] = second.second()[i];
    after.set_steps(second.steps());
    train(after, resumed, 4, 10);
    CHECK(same_bits(whole.weight.value, resumed.weight.value));
    CHECK(same_bits(whole.scale.value, resumed.scale.value));
}

TEST_CASE("AdamW reaches the minimum of a bowl") {
    ParameterList list;
    Parameter& p = list.add("p", Tensor({2}, {3, -2}), Role::weight);
    AdamW optimiser(list, kNoDecay);
    ParameterSums gradient(list);
    for (int i = 0; i < 400; ++i) {
        gradient[0] = Tensor({2}, {2 * (p.value[0] - 1), 20 * (p.value[1] - 0.5f)});
        optimiser.step(list, gradient, 0.1f * (1 - static_cast<float>(i) / 400), 1);
    }
    CHECK(largest_difference(p.value, Tensor({2}, {1, 0.5f})) < 0.01);
}

TEST_CASE("AdamW refuses options outside their range") {
    const ParameterList none;
    CHECK_THROWS_WITH_AS(AdamW(none, {.weight_decay = -1}),
                         "train.weight_decay = -1: it must be a number that is not negative", Error);
    CHECK_THROWS_WITH_AS(AdamW(none, {.beta1 = 1}), "train.beta1 and train.beta2 lie in [0, 1), not at 1", Error);
    CHECK_THROWS_AS(AdamW(none, {.beta2 = -0.5f}), Error);
    CHECK_NOTHROW(AdamW(none, {.weight_decay = 0, .beta1 = 0, .beta2 = 0}));
}
