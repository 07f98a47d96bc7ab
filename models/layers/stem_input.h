// The first layer of a network, which sees the image itself.
#pragma once

#include "models/layers/conv_norm.h"

namespace bispike {

/// A ConvNorm on the encoded image. Where the encoder gives the same input at every step, it runs once for a whole
/// run: its output [1, B, ...] is kept in the pass's state from the first chunk of time to the last.
class StemInput {
public:
    StemInput(const Scope& scope, ConvShape shape) : conv_(scope, shape), slot_(scope.slot()) {}
    void prepare(Purpose purpose) { conv_.prepare(purpose); }

    Value operator()(Pass& pass, Value input) const {
        if (!pass.constant_input || pass.state == nullptr) return pass(conv_, std::move(input));
        Tensor& kept = (*pass.state)[slot_];
        if (pass.first_step == 0) kept = pass(conv_, std::move(input)).dense();
        return kept;
    }

private:
    ConvNorm conv_;
    int slot_;
};

}  // namespace bispike
