// Positions that are functions of where a patch lies, rather than a table.
#pragma once

#include "models/positions/waves.h"

namespace bispike {

/// Adds phi(row) to the first half of each patch's channels and phi(column) to the second, rows and columns of the grid
/// counted from 0; a class token gets nothing. x [t, B, N, C] to the same shape.
class GridPosition : public Layer {
public:
    /// Waves of C / 2 channels each.
    struct Axes {
        std::unique_ptr<Waves> rows, columns;
    };
    GridPosition(const Scope& scope, const MixerSite& site, Axes axes);
    Value forward(Pass& pass, Value x) const override;
    void prepare(Purpose purpose) override;

private:
    const Waves& waves(int axis) const { return axis == 0 ? *axes_.rows : *axes_.columns; }
    Tensor table() const;
    void pull_back_table(Tape& tape, const Tensor& gradient) const;
    std::vector<float> places(int axis) const;

    MixerSite site_;
    Axes axes_;
    Tensor position_;  // [1, N, C]
};

}  // namespace bispike
