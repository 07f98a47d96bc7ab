// The classifier.
#include "models/layers/head.h"

#include "models/layers/count_synapse.h"
#include "models/layers/on_grid.h"
#include "sim/grad/mean.h"

namespace bispike {

Head::Head(const Scope& scope, int64_t dim, int64_t classes, Options options)
    : Layer(scope.path(), "head"),
      weight_(scope.normal("weight", {classes, dim}, 0.02f)),
      bias_(options.bias ? &scope.constant("bias", {classes}, 0.0f, Role::scale) : nullptr),
      input_(options.input) {}

void Head::prepare(Purpose purpose) { packed_ = packed_for(purpose, weight_, bias_, input_); }

Value Head::forward(Pass& pass, Value input) const {
    const bool has_tokens = input.shape().rank() == 4;
    Value features = has_tokens ? mean_tokens(pass.tape, std::move(input)) : std::move(input);
    show_synapse(pass, features, packed_.forward,
                 [&](const auto& x) { return linear_count(x, packed_.forward.outputs()); });
    return linear(pass.tape, std::move(features), packed_, {&weight_, bias_});
}

}  // namespace bispike
