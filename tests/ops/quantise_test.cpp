// Whole numbers of steps, and the gradients that learn the step.
#include "sim/ops/quantise.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/grad/quantise.h"
#include "sim/ops/running_sum.h"
#include "tests/grad/ops_check.h"

using namespace bispike;

TEST_CASE("values become whole numbers of steps: halves go up, and the range clips") {
    const Tensor x({8}, {0, 0.24f, 0.25f, -0.25f, -0.26f, 1.2f, 9, -9});
    CHECK(same_bits(quantise(x, 0.5f, {-4, 4}), Tensor({8}, {0, 0, 1, 0, -1, 2, 4, -4})));
    CHECK(same_bits(quantise(x, 0.5f, {0, 2}), Tensor({8}, {0, 0, 1, 0, 0, 2, 2, 0})));
}

TEST_CASE("the gradient of quantisation by hand") {
    const Tensor x({4}, {0.6f, 5, -5, -0.6f}), g({4}, {1, 10, 100, 1000});
    const QuantiseGradient d = quantise_backward(x, 0.5f, {-4, 4}, g);
    CHECK(same_bits(d.x, Tensor({4}, {1, 0, 0, 1000})));
    CHECK(d.step == doctest::Approx((1 - 1.2) * 1 + 4 * 10 - 4 * 100 + (-1 + 1.2) * 1000));
    CHECK_THROWS_AS(quantise_backward(x, 0.5f, {-4, 4}, Tensor({3})), Error);
}

TEST_CASE("the gradient is the slope of the function that rounding as the identity stands for") {
    const Tensor x = random_tensor({64}, 1), g = random_tensor({64}, 2);
    const CodeRange range{-2, 3};
    const float step = 0.4f;
    // Around (x0, step0) rounding moves as x / step does: y = step clamp(n0 + x / step - x0 / step0).
    const Tensor codes = quantise(x, step, range);
    const auto loss = [&](int64_t moved, double dx, double dstep) {
        double sum = 0;
        for (int64_t i = 0; i < x.size(); ++i) {
            const double ratio = static_cast<double>(x[i]) / static_cast<double>(step);
            const double s = static_cast<double>(step) + dstep, v = static_cast<double>(x[i]) + (i == moved ? dx : 0.0);
            const bool inside = ratio >= range.lowest && ratio <= range.highest;
            sum += static_cast<double>(g[i]) * s * (codes[i] + (inside ? v / s - ratio : 0.0));
        }
        return sum;
    };
    const QuantiseGradient d = quantise_backward(x, step, range, g);
    CHECK(d.step == doctest::Approx((loss(-1, 0, 1e-5) - loss(-1, 0, -1e-5)) / 2e-5).epsilon(1e-5));
    for (const int64_t i : {int64_t{0}, int64_t{17}, int64_t{63}})
        CHECK(d.x[i] == doctest::Approx((loss(i, 1e-5, 0) - loss(i, -1e-5, 0)) / 2e-5).epsilon(1e-5));
}

TEST_CASE("quantised values on the tape have the gradients of the operation, the step's times its gain") {
    ParameterList parameters;
    const Parameter& step = parameters.add("step", Tensor({1}, {0.4f}), Role::scale);
    const Tensor x = random_tensor({1, 2, 3, 4}, 3), g = random_tensor({1, 2, 3, 4}, 4);
    Tape tape(parameters);
    const Value leaf = tape.record(x, {});
    const Value y = quantised(&tape, leaf, step, {-2, 2}, 0.25f);
    Tensor expected = quantise(x, 0.4f, {-2, 2});
    expected.scale(0.4f);
    CHECK(same_bits(*y.tensor(), expected));
    tape.keep(leaf.node());
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), g); }));
    const QuantiseGradient d = quantise_backward(x, 0.4f, {-2, 2}, g);
    CHECK(same_bits(tape.kept(), d.x));
    CHECK(tape.sums()[step][0] == doctest::Approx(0.25 * d.step));
}

TEST_CASE("sums over steps go on where the chunk before ended") {
    Tensor whole({3, 2}, {1, 2, 10, 20, 100, 200}), first({1, 2}, {1, 2}), rest({2, 2}, {10, 20, 100, 200});
    Tensor none, carried;
    add_up_steps(whole, none);
    CHECK(same_bits(whole, Tensor({3, 2}, {1, 2, 11, 22, 111, 222})));
    add_up_steps(first, carried);
    const Tensor before = carried;
    add_up_steps(rest, carried);
    CHECK(same_bits(rest, Tensor({2, 2}, {11, 22, 111, 222})));
    CHECK(same_bits(carried, none));
    CHECK(same_bits(one_step_earlier(rest, before), Tensor({2, 2}, {1, 2, 11, 22})));
    CHECK(same_bits(one_step_earlier(whole, {}), Tensor({3, 2}, {0, 0, 1, 2, 11, 22})));
}
