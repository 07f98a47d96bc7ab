// The tape: order, sums, shapes and lifetimes of one backward pass.
#include "sim/grad/tape.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/core/error.h"

using namespace bispike;

namespace {

const ParameterList kNoParameters;

/// Counts itself while it lives: stands for the inputs that an operation saves.
class Saved {
public:
    explicit Saved(int& alive) : alive_(&alive) { ++*alive_; }
    Saved(const Saved& other) : alive_(other.alive_) { ++*alive_; }
    Saved& operator=(const Saved&) = delete;
    ~Saved() { --*alive_; }

private:
    int* alive_;
};

/// y = factor * x on the tape.
Value scaled(Tape& tape, const Value& x, float factor) {
    Tensor y = x.dense();
    y.scale(factor);
    return tape.record(std::move(y), [node = x.node(), factor](Tape& t, const Tensor& dy) {
        Tensor dx = dy;
        dx.scale(factor);
        t.add(node, std::move(dx));
    });
}

/// The sum of two values on the tape.
Value sum(Tape& tape, const Value& a, const Value& b) {
    Tensor y = a.dense();
    y.add(b.dense());
    return tape.record(std::move(y), [left = a.node(), right = b.node()](Tape& t, const Tensor& dy) {
        t.add(left, dy);
        t.add(right, dy);
    });
}

}  // namespace

TEST_CASE("the chain rule by hand: y = 3x + 2 (5x)") {
    Tape tape(kNoParameters);
    const Value x = tape.record(Tensor({1}, {7}), {});
    tape.keep(x.node());
    const Value y = sum(tape, scaled(tape, x, 3), scaled(tape, scaled(tape, x, 5), 2));
    CHECK((*y.tensor())[0] == 91);
    tape.backward(y);
    CHECK(tape.kept()[0] == 13);
}

TEST_CASE("the seed scales every gradient") {
    Tape tape(kNoParameters);
    const Value x = tape.record(Tensor({1}, {7}), {});
    tape.keep(x.node());
    tape.backward(scaled(tape, x, 3), 0.25f);
    CHECK(tape.kept()[0] == 0.75f);
}

TEST_CASE("a value used twice by one operation gets both gradients") {
    Tape tape(kNoParameters);
    const Value x = tape.record(Tensor({1}, {7}), {});
    tape.keep(x.node());
    tape.backward(sum(tape, x, x));
    CHECK(tape.kept()[0] == 2);
}

TEST_CASE("operations run backward from the last to the first, and only those that the loss depends on") {
    Tape tape(kNoParameters);
    std::vector<int> order;
    const auto pass = [&](int name, const Value& from) {
        return tape.record(from.dense(), [&order, name, node = from.node()](Tape& t, const Tensor& dy) {
            order.push_back(name);
            t.add(node, dy);
        });
    };
    const Value x = tape.record(Tensor({1}), {});
    const Value first = pass(1, x);
    pass(2, first);  // leads nowhere
    const Value third = pass(3, first);
    const Value loss = pass(4, third);
    pass(5, loss);  // comes after the loss
    tape.backward(loss);
    CHECK(order == std::vector<int>{4, 3, 1});
}

TEST_CASE("what an operation saved is freed before the operation under it runs") {
    Tape tape(kNoParameters);
    int alive = 0;
    std::vector<int> seen;
    Value value = tape.record(Tensor({1}), {});
    for (int i = 0; i < 3; ++i)
        value = tape.record(Tensor({1}),
                            [saved = Saved(alive), &alive, &seen, node = value.node()](Tape& t, const Tensor& dy) {
                                seen.push_back(alive);
                                t.add(node, dy);
                            });
    CHECK(alive == 3);
    tape.backward(value);
    CHECK(seen == std::vector<int>{3, 2, 1});
    CHECK(alive == 0);
}

TEST_CASE("what is off the way to the loss is freed too") {
    Tape tape(kNoParameters);
    int alive = 0;
    const Value loss = tape.record(Tensor({1}), {});
    tape.record(Tensor({1}), [saved = Saved(alive)](Tape&, const Tensor&) {});
    CHECK(alive == 1);
    tape.backward(loss);
    CHECK(alive == 0);
}

TEST_CASE("a gradient arrives in the shape that the operation made, whatever reshaping lay between") {
    Tape tape(kNoParameters);
    Shape arrived;
    Value x = tape.record(Tensor({2, 3}), [&](Tape&, const Tensor& dy) { arrived = dy.shape(); });
    const int node = x.node();
    const Value reshaped = std::move(x).reshaped({3, 2});
    CHECK(reshaped.node() == node);
    CHECK(reshaped.shape() == Shape{3, 2});
    tape.keep(node);
    const Value loss = tape.record(Tensor({1}), [&](Tape& t, const Tensor&) {
        t.add(node, Tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
        t.add(node, Tensor({6}, {1, 1, 1, 1, 1, 1}));
    });
    tape.backward(loss);
    CHECK(arrived == Shape{2, 3});
    CHECK(same_bits(tape.kept(), Tensor({2, 3}, {2, 3, 4, 5, 6, 7})));
}

TEST_CASE("a gradient of another size is an error which names both shapes") {
    Tape tape(kNoParameters);
    const Value x = tape.record(Tensor({2, 3}), {});
    CHECK_THROWS_WITH_AS(tape.add(x.node(), Tensor({2, 4})), "cannot reshape [2, 4] to [2, 3]", Error);
}

TEST_CASE("spikes on the tape keep their kind and get real gradients") {
    Tape tape(kNoParameters);
    const Value s = tape.record(Spikes::from(Tensor({3}, {1, 0, -1}), SpikeKind::bipolar), {});
    REQUIRE(s.spikes() != nullptr);
    CHECK(s.spikes()->count() == 2);
    tape.keep(s.node());
    const Value loss = tape.record(Tensor({1}), [&](Tape& t, const Tensor&) {
        t.add(s.node(), Tensor({3}, {0.5f, 1, -2}));
    });
    tape.backward(loss);
    CHECK(same_bits(tape.kept(), Tensor({3}, {0.5f, 1, -2})));
}

TEST_CASE("gradients of inputs that need none go nowhere") {
    Tape tape(kNoParameters);
    CHECK_NOTHROW(tape.add(Value::kNoNode, Tensor({5})));
    CHECK(Value(Tensor({2})).node() == Value::kNoNode);
}

TEST_CASE("the sums of parameters start at zero and add up over the operations") {
    ParameterList list;
    const Parameter& weight = list.add("a.weight", Tensor({2}, {5, 6}), Role::weight);
    const Parameter& bias = list.add("a.bias", Tensor({1}), Role::scale);
    Tape tape(list);
    CHECK(same_bits(tape.sums()[weight], Tensor({2})));
    const auto add_one = [&](Tape& t, const Tensor&) { t.sums()[weight].add(Tensor({2}, {1, 2})); };
    const Value inner = tape.record(Tensor({1}), add_one);
    const Value loss =
        tape.record(Tensor({1}), [&](Tape& t, const Tensor& dy) { add_one(t, dy), t.add(inner.node(), dy); });
    tape.backward(loss);
    CHECK(same_bits(tape.sums()[weight], Tensor({2}, {2, 4})));
    CHECK(same_bits(tape.sums()[bias], Tensor({1})));
    CHECK(same_bits(weight.value, Tensor({2}, {5, 6})));
}

TEST_CASE("a parameter list has one parameter a name, at a stable place") {
    ParameterList list;
    Parameter& first = list.add("a.weight", Tensor({2, 3}), Role::weight);
    for (int i = 0; i < 100; ++i)
        list.add("b." + std::to_string(i), Tensor({2}), i % 2 == 0 ? Role::scale : Role::buffer);
    CHECK(list.find("a.weight") == &first);
    CHECK(list.find("b.7")->index == 8);
    CHECK(list.find("c") == nullptr);
    CHECK(list.trained_values() == 6 + 50 * 2);
    CHECK_THROWS_WITH_AS(list.add("a.weight", Tensor({1}), Role::weight), "two parameters have the name a.weight",
                         Error);
}
