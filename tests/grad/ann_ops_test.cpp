// Operations of artificial networks on the tape.
#include <doctest/doctest.h>

#include "sim/grad/activation.h"
#include "sim/grad/repeat.h"
#include "sim/grad/scale.h"
#include "sim/grad/tokens.h"
#include "sim/ops/gelu.h"
#include "sim/ops/relu.h"
#include "sim/ops/tokens.h"
#include "tests/grad/ops_check.h"

using namespace bispike;

TEST_CASE("activations, factors, repeats and slices on the tape have the gradients of their operations") {
    const Tensor x = random_tensor({1, 2, 3, 4}, 1), g = random_tensor({1, 2, 3, 4}, 2);
    const auto at = [](const TapeOperation& op, const Tensor& input, const Tensor& gradient) {
        return gradient_on_tape(op, input, gradient);
    };
    CHECK(same_bits(at([](Tape* t, Value v) { return gelu(t, std::move(v)); }, x, g), gelu_backward(x, g)));
    CHECK(same_bits(at([](Tape* t, Value v) { return relu(t, std::move(v)); }, x, g), relu_backward(relu(x), g)));
    Tensor half = g;
    half.scale(0.5f);
    CHECK(same_bits(at([](Tape* t, Value v) { return scaled(t, std::move(v), 0.5f); }, x, g), half));
    const Tensor steps = random_tensor({3, 2, 3, 4}, 3);
    Tensor sum(x.shape());
    for (int64_t i = 0; i < steps.size(); ++i) sum[i % sum.size()] += steps[i];
    CHECK(same_bits(at([](Tape* t, Value v) { return repeat_steps(t, std::move(v), 3); }, x, steps), sum));
    const Tensor token = random_tensor({1, 2, 1, 4}, 4);
    CHECK(same_bits(at([](Tape* t, Value v) { return slice_tokens(t, std::move(v), 2, 1); }, x, token),
                    slice_tokens_backward(x.shape(), 2, token)));
}

TEST_CASE("a value that has all its steps is not repeated") {
    const Value x = random_tensor({3, 2}, 5);
    CHECK(same_bits(repeat_steps(nullptr, x, 3).dense(), x.dense()));
}

TEST_CASE("class token and positions on the tape get their gradients, and pass on the rest") {
    ParameterList parameters;
    const Parameter& token = parameters.add("token", random_tensor({1, 1, 4}, 6), Role::scale);
    const Parameter& position = parameters.add("position", random_tensor({1, 4, 4}, 7), Role::scale);
    const Tensor x = random_tensor({2, 2, 3, 4}, 8), g = random_tensor({2, 2, 4, 4}, 9);
    const auto tokens = [&](Tape* tape, Value v) {
        return add_positions(tape, prepend_token(tape, std::move(v), token), position);
    };
    Tape tape(parameters);
    const Value leaf = tape.record(x, {});
    const Value y = tokens(&tape, leaf);
    CHECK(same_bits(y.dense(), tokens(nullptr, x).dense()));
    CHECK(tokens(nullptr, x).node() == Value::kNoNode);
    tape.keep(leaf.node());
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), g); }));
    CHECK(same_bits(tape.kept(), slice_tokens(g, 1, 3)));
    CHECK(same_bits(tape.sums()[position], sum_images(g)));
    CHECK(same_bits(tape.sums()[token], sum_images(slice_tokens(g, 0, 1))));
}
