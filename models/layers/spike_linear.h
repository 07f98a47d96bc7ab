// A linear map of spikes that stand for values.
#pragma once

#include "models/layers/spike_code.h"
#include "sim/ops/packed_matrix.h"

namespace bispike {

/// Spikes x [t, B, ..., in] to the values so far, [t, B, ..., out]: W times the value that the spikes up to each step
/// stand for, plus b. Event-driven; the weights lie on a grid (models/layers/on_grid.h), on which sums over
/// SpikeCode::most() are exact. Parameters as those of Linear or Head, whose `kind` it has.
class SpikeLinear : public Layer {
public:
    struct Sizes {
        int64_t in = 0, out = 0;
        bool bias = true;
    };
    /// `input` makes the spikes and must outlive this.
    SpikeLinear(const Scope& scope, const char* kind, const Sizes& sizes, const SpikeCode& input);
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;

private:
    void add_bias(const Pass& pass, Tensor& currents) const;

    const SpikeCode& input_;
    Parameter& weight_;
    Parameter* bias_;  // null: none
    PackedMatrix packed_;
    Tensor grid_bias_;  // [out]
    RunningSum sum_;
};

}  // namespace bispike
