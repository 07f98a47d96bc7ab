// A linear map of spikes that stand for values.
#include "models/layers/spike_linear.h"

#include <cmath>

#include "models/layers/count_synapse.h"
#include "models/layers/on_grid.h"

namespace bispike {

SpikeLinear::SpikeLinear(const Scope& scope, const char* kind, const Sizes& sizes, const SpikeCode& input)
    : Layer(scope.path(), kind),
      input_(input),
      weight_(scope.normal("weight", {sizes.out, sizes.in}, 1.0f / std::sqrt(static_cast<float>(sizes.in)))),
      bias_(sizes.bias ? &scope.constant("bias", {sizes.out}, 0.0f, Role::scale) : nullptr),
      sum_(scope) {}

void SpikeLinear::prepare(Purpose) {
    GridWeights grid =
        on_grid(weight_.name, weight_.value, bias_ ? &bias_->value : nullptr, input_.threshold(), input_.most());
    packed_ = PackedMatrix::from(grid.weight);
    grid_bias_ = std::move(grid.bias);
}

/// The bias is a value like others: it comes once, or at every step.
void SpikeLinear::add_bias(const Pass& pass, Tensor& currents) const {
    const int64_t rows = currents.rows() / currents.shape()[0];
    for (int64_t t = 0; t < currents.shape()[0]; ++t) {
        if (input_.coding() == Coding::sum && pass.first_step + t > 0) continue;
        for (int64_t r = t * rows; r < (t + 1) * rows; ++r)
            for (int64_t c = 0; c < currents.channels(); ++c) currents.row(r)[c] += grid_bias_[c];
    }
}

Value SpikeLinear::forward(Pass& pass, Value input) const {
    show_synapse(pass, input, packed_, [&](const auto& x) { return linear_count(x, packed_.outputs()); });
    Tensor y = linear(*input.spikes(), packed_);
    add_bias(pass, y);
    y = sum_.upto(pass, std::move(y));
    divide_by_weight(pass, input_.coding(), 1, y);
    return made_of(pass, {input.node()}, std::move(y));
}

}  // namespace bispike
