// Positions that are functions of where a patch lies.
#include "models/layers/grid_position.h"

#include <algorithm>
#include <numeric>

#include "sim/grad/residual.h"

namespace bispike {

GridPosition::GridPosition(const Scope& scope, const MixerSite& site, Axes axes)
    : Layer(scope.path(), "position"), site_(site), axes_(std::move(axes)) {}

void GridPosition::prepare(Purpose) { position_ = table(); }

/// Rows (axis 0) or columns of the grid.
std::vector<float> GridPosition::places(int axis) const {
    std::vector<float> at(static_cast<size_t>(axis == 0 ? site_.rows : site_.columns));
    std::iota(at.begin(), at.end(), 0.0f);
    return at;
}

Tensor GridPosition::table() const {
    Tensor out({1, site_.tokens(), site_.dim});
    const int64_t half = site_.dim / 2, first = site_.class_token ? 1 : 0;
    for (int axis = 0; axis < 2; ++axis) {
        const Tensor phi = harmonics(places(axis), waves(axis).harmonics());
        for (int64_t p = 0; p < site_.rows * site_.columns; ++p)
            std::copy_n(phi.row(axis == 0 ? p / site_.columns : p % site_.columns), half,
                        out.row(first + p) + axis * half);
    }
    return out;
}

void GridPosition::pull_back_table(Tape& tape, const Tensor& gradient) const {
    const int64_t half = site_.dim / 2, first = site_.class_token ? 1 : 0;
    for (int axis = 0; axis < 2; ++axis) {
        const std::vector<float> at = places(axis);
        Tensor phi({static_cast<int64_t>(at.size()), half});
        for (int64_t p = 0; p < site_.rows * site_.columns; ++p) {
            float* to = phi.row(axis == 0 ? p / site_.columns : p % site_.columns);
            const float* from = gradient.row(first + p) + axis * half;
            for (int64_t c = 0; c < half; ++c) to[c] += from[c];
        }
        waves(axis).pull_back(tape, harmonics_backward(at, waves(axis).harmonics(), phi));
    }
}

Value GridPosition::forward(Pass& pass, Value x) const {
    const Shape s = x.shape();
    Value position =
        pass.tape == nullptr
            ? Value(position_)
            : pass.tape->record(position_, [this](Tape& t, const Tensor& gradient) { pull_back_table(t, gradient); });
    x = std::move(x).reshaped({s[0] * s[1], s[2], s[3]});
    return residual(pass.tape, std::move(x), std::move(position)).reshaped(s);
}

Entry<MakePosition> grid_position(const Entry<MakeWaves>& waves) {
    const auto make = [waves](const Scope& network, const MixerSite& site) {
        if (const int64_t multiple = 2 * waves.make.multiple; site.dim % multiple != 0)
            fail(
                "network.position = {}: network.dim = {} must be a multiple of {}, a part for rows and one for columns",
                waves.name, site.dim, multiple);
        const Scope scope = network.child("position");
        auto rows = waves.make.make(scope.child("row"), site.dim / 2, site.rows);
        auto columns = waves.make.make(scope.child("column"), site.dim / 2, site.columns);
        return std::make_unique<GridPosition>(scope, site, GridPosition::Axes{std::move(rows), std::move(columns)});
    };
    return {waves.name, {waves.about.help + " of row and column", waves.about.source}, make};
}

}  // namespace bispike
