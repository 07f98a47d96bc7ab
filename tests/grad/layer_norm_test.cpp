// Layer normalisation on the tape.
#include "sim/grad/layer_norm.h"

#include <doctest/doctest.h>

#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("layer_norm on the tape passes the gradients of its op to input and parameters") {
    ParameterList parameters;
    const Parameter& gamma = parameters.add("gamma", random_tensor({5}, 1), Role::scale);
    const Parameter& beta = parameters.add("beta", random_tensor({5}, 2), Role::scale);
    const Tensor x = random_tensor({2, 3, 5}, 3), gradient = random_tensor({2, 3, 5}, 4);
    const LayerNormGradient expected = layer_norm_backward(x, gamma.value, gradient);
    Tape tape(parameters);
    const Value leaf = tape.record(x, [](Tape&, const Tensor&) {});
    const Value y = layer_norm(&tape, leaf, gamma, beta);
    CHECK(same_bits(*y.tensor(), layer_norm(x, gamma.value, beta.value)));
    const Value loss = tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), gradient); });
    tape.keep(leaf.node());
    tape.backward(loss);
    CHECK(same_bits(tape.kept(), expected.x));
    CHECK(same_bits(tape.sums()[gamma], expected.gamma));
    CHECK(same_bits(tape.sums()[beta], expected.beta));
}

TEST_CASE("layer_norm without a tape records nothing") {
    ParameterList parameters;
    const Parameter& gamma = parameters.add("gamma", random_tensor({5}, 1), Role::scale);
    const Parameter& beta = parameters.add("beta", random_tensor({5}, 2), Role::scale);
    CHECK(layer_norm(nullptr, random_tensor({2, 5}, 3), gamma, beta).node() == Value::kNoNode);
}
