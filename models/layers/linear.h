// A linear map over channels, without a normalisation.
#pragma once

#include "sim/grad/linear.h"
#include "sim/net/quantiser.h"

namespace bispike {

/// y = x W^T + b, x [t, B, ..., in], y [t, B, ..., out]. Parameters "weight" [out, in] and, where asked for, "bias"
/// [out]. Behind a quantiser, prepared for simulating, x are whole numbers and the weights lie on a grid
/// (models/layers/on_grid.h).
class Linear : public Layer {
public:
    struct Options {
        bool bias = true;
        const Quantiser* input = nullptr;  // that made x; it must outlive this
    };
    Linear(const Scope& scope, int64_t in, int64_t out, Options options);
    Linear(const Scope& scope, int64_t in, int64_t out) : Linear(scope, in, out, Options{}) {}
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;

private:
    Parameter& weight_;
    Parameter* bias_;
    const Quantiser* input_;
    SynapseWeights packed_;
};

}  // namespace bispike
