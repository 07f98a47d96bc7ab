// Neurons that send values as spikes, by a method of conversion.
#pragma once

#include "models/layers/so_far.h"
#include "sim/net/quantiser.h"

namespace bispike {

/// Values so far x [t or 1, B, ..., C] to spikes [pass.steps, B, ..., C]: what its quantiser in the artificial network
/// gave at once, step by step. Parameter "step" [1], the quantiser's.
class SpikeCode : public Layer {
public:
    /// Takes name, step and range of the quantiser. Throws Error where the method cannot send its values.
    SpikeCode(const Scope& scope, std::unique_ptr<Quantiser> quantiser, const Conversion& conversion,
              const std::string& method);
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose) override { quantiser_->prepare(Purpose::simulate); }

    /// What one spike stands for: the potential at which a neuron fires.
    float threshold() const;
    /// The largest sum of its spikes for which sums of weights are to be exact: of all steps where the spikes add up to
    /// a whole number, of one step where they are a rate, which is rounded anyway.
    int most() const;
    Coding coding() const { return conversion_.coding; }

private:
    std::unique_ptr<Quantiser> quantiser_;
    Conversion conversion_;
    int slot_;
};

}  // namespace bispike
