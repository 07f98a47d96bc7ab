// The linear map and the convolution on the tape: gradients of inputs, weights and biases.
#include "sim/grad/linear.h"

#include <doctest/doctest.h>

#include <functional>

#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// A weight and a bias in a list, and what one backward pass leaves.
struct Synapse {
    ParameterList list;
    Parameter& weight;
    Parameter& bias;

    Synapse(const Shape& weight_shape, int64_t outputs)
        : weight(list.add("weight", random_tensor(weight_shape, 1), Role::weight)),
          bias(list.add("bias", random_tensor({outputs}, 2), Role::scale)) {}
    SynapseParameters parameters() const { return {&weight, &bias}; }
};

struct Gradients {
    Tensor x;
    ParameterSums sums;
};

using Operation = std::function<Value(Tape*, Value)>;

/// Runs op(tape, x) for a tensor or spikes x and pulls `gradient` back through it.
template <class Input>
Gradients pull_back(const ParameterList& list, const Input& x, const Tensor& gradient, const Operation& op) {
    Tape tape(list);
    const Value leaf = tape.record(x, {});
    tape.keep(leaf.node());
    const Value y = op(&tape, leaf);
    REQUIRE(y.node() != Value::kNoNode);
    CHECK(same_bits(y.dense(), op(nullptr, x).dense()));
    CHECK(op(nullptr, x).node() == Value::kNoNode);
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), gradient); }));
    return {tape.kept(), tape.sums()};
}

SynapseWeights packed(const Synapse& s) {
    return {PackedMatrix::from(s.weight.value, s.bias.value.values()), PackedMatrix::transposed(s.weight.value)};
}

}  // namespace

TEST_CASE("the gradients of a linear map on the tape agree with finite differences") {
    Synapse s({5, 6}, 5);
    const Tensor x = random_tensor({2, 3, 6}, 3), dy = random_tensor({2, 3, 5}, 4);
    const SynapseWeights weights = packed(s);
    const Gradients g =
        pull_back(s.list, x, dy, [&](Tape* t, Value v) { return linear(t, std::move(v), weights, s.parameters()); });
    const auto loss = [&](const Tensor& in, const Tensor& weight, const Tensor& bias) {
        return dot(linear(in, PackedMatrix::from(weight, bias.values())), dy);
    };
    const auto of_x = [&](const Tensor& at) { return loss(at, s.weight.value, s.bias.value); };
    const auto of_weight = [&](const Tensor& at) { return loss(x, at, s.bias.value); };
    const auto of_bias = [&](const Tensor& at) { return loss(x, s.weight.value, at); };
    CHECK(largest_difference(g.x, numeric_gradient(of_x, x, 0.25f)) < 1e-5);
    CHECK(largest_difference(g.sums[0], numeric_gradient(of_weight, s.weight.value, 0.25f)) < 1e-5);
    CHECK(largest_difference(g.sums[1], numeric_gradient(of_bias, s.bias.value, 0.25f)) < 1e-5);
}

TEST_CASE("the gradients of a convolution on the tape agree with finite differences") {
    const ConvShape shape{.in_channels = 4, .out_channels = 6, .y = {.stride = 2}, .groups = 2};
    Synapse s({6, 2, 3, 3}, 6);
    const Tensor x = random_tensor({2, 1, 5, 4, 4}, 3), dy = random_tensor({2, 1, 3, 2, 6}, 4);
    const ConvWeights weights = ConvWeights::from(shape, s.weight.value, s.bias.value.values(), true);
    const Gradients g =
        pull_back(s.list, x, dy, [&](Tape* t, Value v) { return conv2d(t, std::move(v), weights, s.parameters()); });
    const auto loss = [&](const Tensor& in, const Tensor& weight, const Tensor& bias) {
        return dot(conv2d(in, ConvWeights::from(shape, weight, bias.values(), false)), dy);
    };
    const auto of_x = [&](const Tensor& at) { return loss(at, s.weight.value, s.bias.value); };
    const auto of_weight = [&](const Tensor& at) { return loss(x, at, s.bias.value); };
    const auto of_bias = [&](const Tensor& at) { return loss(x, s.weight.value, at); };
    CHECK(largest_difference(g.x, numeric_gradient(of_x, x, 0.25f)) < 1e-5);
    CHECK(largest_difference(g.sums[0], numeric_gradient(of_weight, s.weight.value, 0.25f)) < 1e-5);
    CHECK(largest_difference(g.sums[1], numeric_gradient(of_bias, s.bias.value, 0.25f)) < 1e-5);
}

TEST_CASE("spikes and their dense copy give the same gradients on the tape") {
    Synapse flat({5, 6}, 5), image({6, 4, 3, 3}, 6);
    const SynapseWeights weights = packed(flat);
    const ConvWeights taps =
        ConvWeights::from({.in_channels = 4, .out_channels = 6}, image.weight.value, image.bias.value.values(), true);
    const auto map = [&](Tape* t, Value v) { return linear(t, std::move(v), weights, flat.parameters()); };
    const auto convolve = [&](Tape* t, Value v) { return conv2d(t, std::move(v), taps, image.parameters()); };
    const auto check = [](const ParameterList& list, const Spikes& x, const Tensor& dy, const Operation& op) {
        const Gradients a = pull_back(list, x, dy, op), b = pull_back(list, x.to_tensor(), dy, op);
        CHECK(same_bits(a.x, b.x));
        for (int i = 0; i < 2; ++i) CHECK(same_bits(a.sums[i], b.sums[i]));
    };
    for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
        check(flat.list, random_spikes({2, 9, 6}, kind, 5), random_tensor({2, 9, 5}, 6), map);
        check(image.list, random_spikes({1, 2, 4, 5, 4}, kind, 7), random_tensor({1, 2, 4, 5, 6}, 8), convolve);
    }
}

TEST_CASE("an input that needs no gradient still teaches the weights, and a map without bias has none") {
    Synapse s({2, 2}, 2);
    const SynapseWeights weights{PackedMatrix::from(s.weight.value), {}};
    Tape tape(s.list);
    const Value y = linear(&tape, Tensor({1, 2}, {3, 5}), weights, {&s.weight, nullptr});
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), Tensor({1, 2}, {1, -2})); }));
    CHECK(same_bits(tape.sums()[0], Tensor({2, 2}, {3, 5, -6, -10})));
    CHECK(same_bits(tape.sums()[1], Tensor({2})));
}

TEST_CASE("a weight used twice collects both gradients") {
    ParameterList list;
    const Parameter& weight = list.add("weight", Tensor({1, 1}, {2}), Role::weight);
    const SynapseWeights weights{PackedMatrix::from(weight.value), PackedMatrix::transposed(weight.value)};
    Tape tape(list);
    const Value once = linear(&tape, Tensor({1, 1}, {3}), weights, {&weight, nullptr});
    const Value twice = linear(&tape, once, weights, {&weight, nullptr});  // 3 w^2
    tape.backward(twice);
    CHECK(tape.sums()[0][0] == 12);
}
