// A linear map over channels, without a normalisation.
#include "models/layers/linear.h"

#include <cmath>

#include "models/layers/count_synapse.h"
#include "models/layers/on_grid.h"

namespace bispike {

Linear::Linear(const Scope& scope, int64_t in, int64_t out, Options options)
    : Layer(scope.path(), "linear"),
      weight_(scope.normal("weight", {out, in}, 1.0f / std::sqrt(static_cast<float>(in)))),
      bias_(options.bias ? &scope.constant("bias", {out}, 0.0f, Role::scale) : nullptr),
      input_(options.input) {}

void Linear::prepare(Purpose purpose) { packed_ = packed_for(purpose, weight_, bias_, input_); }

Value Linear::forward(Pass& pass, Value input) const {
    show_synapse(pass, input, packed_.forward,
                 [&](const auto& x) { return linear_count(x, packed_.forward.outputs()); });
    return linear(pass.tape, std::move(input), packed_, {&weight_, bias_});
}

}  // namespace bispike
