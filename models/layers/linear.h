// A linear map over channels, without a normalisation.
#pragma once

#include "sim/grad/linear.h"
#include "sim/net/scope.h"

namespace bispike {

/// y = x W^T + b, x [t, B, ..., in], y [t, B, ..., out]. Parameters "weight" [out, in] and, where asked for, "bias"
/// [out].
class Linear : public Layer {
public:
    struct Options {
        bool bias = true;
    };
    Linear(const Scope& scope, int64_t in, int64_t out, Options options);
    Linear(const Scope& scope, int64_t in, int64_t out) : Linear(scope, in, out, Options{}) {}
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;

private:
    Parameter& weight_;
    Parameter* bias_;
    SynapseWeights packed_;
};

}  // namespace bispike
