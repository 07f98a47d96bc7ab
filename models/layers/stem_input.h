// The first layer of a network, which sees the image itself.
#pragma once

#include "models/layers/conv_norm.h"
#include "models/layers/once.h"

namespace bispike {

/// A ConvNorm on the encoded image. Where the encoder gives the same input at every step, it runs once for a whole run.
class StemInput {
public:
    StemInput(const Scope& scope, ConvShape shape) : conv_(scope, shape), slot_(scope.slot()) {}
    void prepare(Purpose purpose) { conv_.prepare(purpose); }

    Value operator()(Pass& pass, Value input) const {
        return once_a_run(pass, slot_, [&] { return pass(conv_, std::move(input)); });
    }

private:
    ConvNorm conv_;
    int slot_;
};

}  // namespace bispike
