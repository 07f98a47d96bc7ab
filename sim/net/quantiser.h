// A place of an artificial network where values become whole numbers of a learned step.
#pragma once

#include "sim/net/layer.h"
#include "sim/net/scope.h"
#include "sim/ops/quantise.h"

namespace bispike {

/// What the network knows of such a place.
struct CodedValues {
    bool below_zero = true;  // whether values below 0 come
    float size = 1.0f;       // usual size of a value, for the first step of an untrained network
};

/// x [...] to the same shape. While training: step * n. Prepared for simulating: the whole numbers n alone, whose
/// unit() is left to whoever takes them; sums of such numbers times weights on a grid (models/layers/on_grid.h) are
/// exact. Parameter "step" [1], in units of x.
class Quantiser : public Layer {
public:
    Quantiser(const Scope& scope, CodeRange range, float size);
    Value forward(Pass& pass, Value input) const override;
    /// Throws Error for a step that is not above 0.
    void prepare(Purpose purpose) override;

    const CodeRange& range() const { return range_; }
    /// What one unit of the output stands for.
    float unit() const { return unit_; }
    const Parameter& step() const { return step_; }

private:
    CodeRange range_;
    Parameter& step_;
    float unit_ = 1.0f;
    bool gives_codes_ = false;
};

}  // namespace bispike
