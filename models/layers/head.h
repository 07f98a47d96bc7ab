// The classifier: mean over tokens, then a linear map to the class scores of each step.
#pragma once

#include "sim/grad/linear.h"
#include "sim/net/quantiser.h"

namespace bispike {

/// x [t, B, N, C], or [t, B, C] without tokens, to scores [t, B, classes]. Parameters "weight" [classes, C] and, unless
/// told otherwise, "bias" [classes].
class Head : public Layer {
public:
    struct Options {
        bool bias = true;
        const Quantiser* input = nullptr;  // as that of Linear
    };
    Head(const Scope& scope, int64_t dim, int64_t classes, Options options);
    Head(const Scope& scope, int64_t dim, int64_t classes) : Head(scope, dim, classes, Options{}) {}
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;
    Facts facts() const override {
        return HeadFacts{{weight_.value, bias_ ? bias_->value : Tensor({weight_.value.shape()[0]})}};
    }

private:
    Parameter& weight_;
    Parameter* bias_;  // null: none
    const Quantiser* input_;
    SynapseWeights packed_;
};

}  // namespace bispike
