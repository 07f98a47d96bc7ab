// Weights rounded so finely that sums of them are exact.
#include "models/layers/on_grid.h"

#include <algorithm>
#include <cmath>

#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr int kBits = 23;  // of float32's 24: rounding may make a sum a little larger

/// The largest sum that an output can come to.
double largest_sum(const Tensor& weight, const Tensor* bias, double unit, double most) {
    double largest = 0;
    for (int64_t r = 0; r < weight.rows(); ++r) {
        double sum = bias ? std::abs(static_cast<double>((*bias)[r])) : 0.0;
        for (int64_t c = 0; c < weight.channels(); ++c) sum += std::abs(weight.row(r)[c] * unit) * most;
        largest = std::max(largest, sum);
    }
    return largest;
}

/// The exponent of the grid: `largest` <= 2^(exponent + kBits).
int exponent_of(double largest) {
    int exponent = 0;
    std::frexp(largest, &exponent);
    return exponent - kBits;
}

float rounded(double value, int exponent) {
    return static_cast<float>(std::ldexp(std::nearbyint(std::ldexp(value, -exponent)), exponent));
}

}  // namespace

GridWeights on_grid(const std::string& name, const Tensor& weight, const Tensor* bias, float unit, int most) {
    const double largest = largest_sum(weight, bias, unit, most);
    if (!std::isfinite(largest)) fail("`{}` has weights that are not finite numbers: they cannot be rounded", name);
    const int exponent = exponent_of(largest);
    GridWeights grid{Tensor::uninitialised(weight.shape()), Tensor({weight.shape()[0]})};
    for (int64_t i = 0; i < weight.size(); ++i)
        grid.weight[i] = rounded(static_cast<double>(weight[i]) * static_cast<double>(unit), exponent);
    if (bias)
        for (int64_t i = 0; i < bias->size(); ++i) grid.bias[i] = rounded((*bias)[i], exponent);
    return grid;
}

SynapseWeights packed_for(Purpose purpose, const Parameter& weight, const Parameter* bias, const Quantiser* input) {
    if (input != nullptr && purpose != Purpose::train) {
        const GridWeights grid = on_grid(weight.name, weight.value, bias ? &bias->value : nullptr,
                                         input->step().value[0], input->range().most());
        return {PackedMatrix::from(grid.weight, grid.bias.values()), {}};
    }
    const auto values = bias ? std::span<const float>(bias->value.values()) : std::span<const float>();
    SynapseWeights packed{PackedMatrix::from(weight.value, values), {}};
    if (purpose == Purpose::train) packed.transposed = PackedMatrix::transposed(weight.value);
    return packed;
}

}  // namespace bispike
