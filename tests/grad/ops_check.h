// Checks shared by the tape tests of single operations.
#pragma once

#include <doctest/doctest.h>

#include <functional>

#include "sim/grad/tape.h"
#include "tests/grad/numeric_gradient.h"

namespace bispike {

/// An operation on the tape with everything but its first input fixed.
using TapeOperation = std::function<Value(Tape*, Value)>;

/// Runs op forward and backward with x as a recorded leaf and `gradient` as dL/d(output); returns dL/dx. Also checks
/// that without a tape, or with an input that needs no gradient, the output is the same and nothing is recorded.
inline Tensor gradient_on_tape(const TapeOperation& op, const Value& x, const Tensor& gradient) {
    const ParameterList none;
    Tape tape(none);
    const auto nothing = [](Tape&, const Tensor&) {};
    const Value leaf = x.spikes() != nullptr ? tape.record(*x.spikes(), nothing) : tape.record(*x.tensor(), nothing);
    const Value y = op(&tape, leaf);
    REQUIRE(y.node() != Value::kNoNode);
    for (Tape* other : {static_cast<Tape*>(nullptr), &tape}) {
        const Value plain = op(other, x);
        CHECK(plain.node() == Value::kNoNode);
        CHECK(same_bits(plain.dense(), y.dense()));
        CHECK((plain.spikes() != nullptr) == (y.spikes() != nullptr));
    }
    const Value loss = tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), gradient); });
    tape.keep(leaf.node());
    tape.backward(loss);
    return tape.kept();
}

}  // namespace bispike
