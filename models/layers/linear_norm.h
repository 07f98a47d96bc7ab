// A linear map over channels with batch normalisation behind it.
#pragma once

#include "models/layers/batch_norm.h"
#include "sim/net/synapse.h"

namespace bispike {

/// y = BN(x W^T + b), x [t, B, ..., in], y [t, B, ..., out]. Parameters "weight" [out, in], "bias" [out] where asked
/// for, and those of BatchNorm under "norm". While simulating the normalisation is folded into W and b, unless asked
/// not to.
class LinearNorm : public Synapse {
public:
    struct Options {
        bool bias = false;
    };
    LinearNorm(const Scope& scope, int64_t in, int64_t out, Options options);
    LinearNorm(const Scope& scope, int64_t in, int64_t out) : LinearNorm(scope, in, out, Options{}) {}
    Value forward(Pass& pass, Value input) const override;
    std::unique_ptr<Currents> currents(Pass& pass, const Value& input) const override;
    Normalised normalised(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;
    Facts facts() const override { return folded(); }

private:
    LinearFacts folded() const;

    Parameter& weight_;
    Parameter* bias_;
    BatchNorm norm_;
    SynapseWeights packed_;
};

}  // namespace bispike
