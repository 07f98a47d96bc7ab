// Operations of mixers on the tape: gradients against finite differences.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/grad/circulant.h"
#include "sim/grad/mean.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/sampled_mask.h"
#include "sim/grad/swap_axes.h"
#include "sim/grad/unit_rows.h"
#include "tests/grad/ops_check.h"

using namespace bispike;

namespace {

/// dL/dx on the tape against differences of the operation without one.
void check_gradient(const TapeOperation& op, const Tensor& x) {
    const Tensor g = random_tensor(op(nullptr, x).shape(), 9);
    const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(op(nullptr, y).dense(), g); }, x, 1e-3f);
    CHECK(largest_difference(gradient_on_tape(op, x, g), expected) < 2e-3);
}

}  // namespace

TEST_CASE("operations of mixers have the gradients of finite differences") {
    const Tensor x = random_tensor({1, 2, 3, 4}, 1), other = random_tensor({1, 2, 3, 4}, 2);
    check_gradient([](Tape* t, Value v) { return swap_axes(t, std::move(v), 1, 3); }, x);
    check_gradient([](Tape* t, Value v) { return split_heads(t, std::move(v), 2); }, x);
    check_gradient([](Tape* t, Value v) { return split_channels(t, std::move(v), 2); }, x);
    check_gradient([](Tape* t, Value v) { return unit_rows(t, std::move(v), 1e-6f); }, x);
    check_gradient([](Tape* t, Value v) { return rms_rows(t, std::move(v), 1e-6f); }, x);
    check_gradient([](Tape* t, Value v) { return elu(t, std::move(v)); }, x);
    check_gradient([](Tape* t, Value v) { return positive_elu(t, std::move(v)); }, x);
    check_gradient([](Tape* t, Value v) { return sigmoid(t, std::move(v)); }, x);
    check_gradient([](Tape* t, Value v) { return reciprocal(t, positive_elu(t, std::move(v))); }, x);
    check_gradient([](Tape* t, Value v) { return soft_shrink(t, std::move(v), 0.25f); }, x);
    check_gradient([](Tape* t, Value v) { return leaky_relu(t, std::move(v), 0.25f); }, x);
    check_gradient([](Tape* t, Value v) { return shifted(t, std::move(v), 0.5f); }, x);
    check_gradient([](Tape* t, Value v) { return running_mean(t, std::move(v)); }, x);
    check_gradient([](Tape* t, Value v) { return total(t, std::move(v)); }, x);
    check_gradient([&](Tape* t, Value v) { return product(t, std::move(v), other); }, x);
    check_gradient([&](Tape* t, Value v) { return product(t, other, std::move(v)); }, x);
    const Tensor weights = random_tensor({1, 2, 2, 3}, 3);
    for (const auto& sums : {circulant_gather, circulant_fft}) {
        check_gradient([&](Tape* t, Value v) { return sums(t, weights, std::move(v)); }, x);
        check_gradient([&](Tape* t, Value v) { return sums(t, std::move(v), x); }, weights);
    }
}

TEST_CASE("the gradient of a drawn mask passes where it is open, cut off at +-1") {
    const Tensor p({1, 1, 2, 2}, {0.2f, 0.6f, 0.9f, 1.5f}), g({1, 1, 2, 2}, {0.5f, 0.25f, -3.0f, 2.0f});
    const Draws half = [](int64_t, int64_t, std::span<float> all) { std::ranges::fill(all, 0.5f); };
    const auto op = [&](Tape* t, Value v) { return sampled_mask(t, std::move(v), half, false); };
    CHECK(same_bits(op(nullptr, p).dense(), Tensor({1, 1, 2, 2}, {0, 1, 1, 1})));
    CHECK(same_bits(gradient_on_tape(op, p, g), Tensor({1, 1, 2, 2}, {0, 0.25f, -1, 1})));
}

TEST_CASE("functions of single values by hand") {
    const Tensor x({3}, {-1, 0, 2});
    CHECK(elu(nullptr, x).tensor()->values()[0] == doctest::Approx(std::exp(-1.0) - 1.0));
    CHECK(elu(nullptr, x).tensor()->values()[2] == 2.0f);
    CHECK(positive_elu(nullptr, x).tensor()->values()[0] == doctest::Approx(std::exp(-1.0)));
    CHECK(positive_elu(nullptr, x).tensor()->values()[2] == 3.0f);
    CHECK(sigmoid(nullptr, x).tensor()->values()[1] == 0.5f);
    for (const auto& [at, y] : {std::pair{0, -0.5f}, {1, 0.0f}, {2, 1.5f}})
        CHECK(soft_shrink(nullptr, x, 0.5f).tensor()->values()[static_cast<size_t>(at)] == y);
    CHECK(soft_shrink(nullptr, x, 1.0f).tensor()->values()[0] == 0.0f);
    CHECK(same_bits(leaky_relu(nullptr, x, 0.25f).dense(), Tensor({3}, {-0.25f, 0, 2})));
    CHECK(same_bits(shifted(nullptr, x, 0.5f).dense(), Tensor({3}, {-0.5f, 0.5f, 2.5f})));
    CHECK((*total(nullptr, x).tensor())[0] == 1.0f);
    const Tensor unit = unit_rows(nullptr, Tensor({2, 2}, {3, 4, 0, 0}), 1e-12f).dense();
    CHECK(unit[0] == doctest::Approx(0.6));
    CHECK(unit[1] == doctest::Approx(0.8));
    CHECK(unit[2] == 0.0f);
}

TEST_CASE("axes swap places") {
    const Tensor x({1, 2, 3}, {1, 2, 3, 4, 5, 6});
    CHECK(same_bits(swap_axes(nullptr, x, 1, 2).dense(), Tensor({1, 3, 2}, {1, 4, 2, 5, 3, 6})));
    const Tensor tokens({1, 1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(same_bits(split_heads(nullptr, tokens, 2).dense(), Tensor({1, 1, 2, 2, 2}, {1, 2, 5, 6, 3, 4, 7, 8})));
    CHECK(same_bits(split_channels(nullptr, tokens, 2).dense(), Tensor({1, 1, 2, 2, 2}, {1, 5, 2, 6, 3, 7, 4, 8})));
}

TEST_CASE("parameters as values and as factors of channels get their gradients") {
    ParameterList parameters;
    const Parameter& factors = parameters.add("factors", random_tensor({4}, 4), Role::scale);
    const Tensor x = random_tensor({3, 4}, 5), g = random_tensor({3, 4}, 6), to_value = random_tensor({4}, 7);
    Tape tape(parameters);
    const Value leaf = tape.record(x, {});
    const Value y = scale_channels(&tape, leaf, factors), value = value_of(&tape, factors);
    CHECK(same_bits(value.dense(), factors.value));
    tape.keep(leaf.node());
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) {
        t.add(y.node(), g);
        t.add(value.node(), to_value);
    }));
    for (int64_t c = 0; c < 4; ++c) {
        float sum = to_value[c];
        for (int64_t r = 0; r < 3; ++r) sum += x.row(r)[c] * g.row(r)[c];
        CHECK(tape.sums()[factors][c] == doctest::Approx(sum));
        for (int64_t r = 0; r < 3; ++r) CHECK(tape.kept().row(r)[c] == factors.value[c] * g.row(r)[c]);
    }
}
