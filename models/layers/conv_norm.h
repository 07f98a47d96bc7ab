// A convolution with batch normalisation behind it.
#pragma once

#include "models/layers/batch_norm.h"
#include "sim/grad/linear.h"
#include "sim/net/synapse.h"

namespace bispike {

/// y = BN(x * w + b), x [t, B, H, W, in], y [t, B, Ho, Wo, out]. Parameters "weight" [out, in / groups, k, k], "bias"
/// [out] where asked for, and those of BatchNorm under "norm". Folded while simulating.
class ConvNorm : public Synapse {
public:
    struct Options {
        bool bias = false;
    };
    ConvNorm(const Scope& scope, ConvShape shape, Options options);
    ConvNorm(const Scope& scope, ConvShape shape) : ConvNorm(scope, shape, Options{}) {}
    Value forward(Pass& pass, Value input) const override;
    std::unique_ptr<Currents> currents(Pass& pass, const Value& input) const override;
    Normalised normalised(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;
    Facts facts() const override { return folded(); }
    std::optional<ConvShape> window() const override { return shape_; }

private:
    ConvFacts folded() const;

    ConvShape shape_;
    Parameter& weight_;
    Parameter* bias_;
    BatchNorm norm_;
    ConvWeights packed_;
};

}  // namespace bispike
