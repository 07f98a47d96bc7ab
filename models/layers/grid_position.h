// Positions that are functions of where a patch lies, rather than a table.
#pragma once

#include "sim/net/registry.h"
#include "sim/ops/harmonics.h"

namespace bispike {

/// Adds phi(row) to the first half of each patch's channels and phi(column) to the second, rows and columns of the grid
/// counted from 0; a class token gets nothing. x [t, B, N, C] to the same shape.
class GridPosition : public Layer {
public:
    /// Throws Error unless half the width divides by `multiple`; `model` is its word in the config.
    GridPosition(const Scope& scope, const MixerSite& site, const char* model, int64_t multiple);
    Value forward(Pass& pass, Value x) const override;
    void prepare(Purpose purpose) override;

protected:
    /// phi, C / 2 channels for each of the two axes.
    virtual Harmonics waves(int axis) const = 0;
    /// Adds the gradients of its parameters, from those of the waves.
    virtual void pull_back(Tape& tape, int axis, const Harmonics& gradient) const = 0;

private:
    Tensor table() const;
    void pull_back_table(Tape& tape, const Tensor& gradient) const;
    std::vector<float> places(int axis) const;

    MixerSite site_;
    Tensor position_;  // [1, N, C]
};

}  // namespace bispike
