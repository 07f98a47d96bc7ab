// A linear map over channels with batch normalisation behind it.
#include "models/layers/linear_norm.h"

#include <cmath>

#include "models/layers/count_synapse.h"
#include "sim/grad/linear.h"

namespace bispike {

LinearNorm::LinearNorm(const Scope& scope, int64_t in, int64_t out, Options options)
    : Synapse(scope.path(), "linear"),
      weight_(scope.normal("weight", {out, in}, 1.0f / std::sqrt(static_cast<float>(in)))),
      bias_(options.bias ? &scope.constant("bias", {out}, 0.0f, Role::scale) : nullptr),
      norm_(scope.child("norm"), out) {}

void LinearNorm::prepare(Purpose purpose) {
    norm_.prepare(purpose);
    if (!is_folded(purpose)) {
        const auto bias = bias_ ? std::span<const float>(bias_->value.values()) : std::span<const float>();
        packed_ = {PackedMatrix::from(weight_.value, bias), {}};
        if (purpose == Purpose::train) packed_.transposed = PackedMatrix::transposed(weight_.value);
        return;
    }
    const LinearFacts f = folded();
    packed_ = {PackedMatrix::from(f.weight, f.bias.values()), {}};
    packed_.forward.quantise(weight_format(purpose));
}

LinearFacts LinearNorm::folded() const {
    const ChannelAffine norm = norm_.folded();
    return {scaled_rows(weight_.value, norm.scale), folded_bias(bias_, norm)};
}

Value LinearNorm::forward(Pass& pass, Value input) const {
    show_synapse(pass, input, packed_.forward,
                 [&](const auto& x) { return linear_count(x, packed_.forward.outputs()); });
    Value y = linear(pass.tape, std::move(input), packed_, {&weight_, bias_});
    return norm_(pass.tape, std::move(y));
}

Normalised LinearNorm::normalised(Pass& pass, Value input) const {
    Normalised norm = norm_.normalised(*pass.tape, linear(pass.tape, input, packed_, {&weight_, bias_}));
    // A wide output of few spikes is cheaper to make twice than to keep.
    if (input.spikes() != nullptr && packed_.forward.outputs() >= 2 * packed_.forward.inputs())
        norm.again = [this, input = std::move(input)] { return linear(nullptr, input, packed_, {}).take(); };
    return norm;
}

std::unique_ptr<Currents> LinearNorm::currents(Pass& pass, const Value& input) const {
    const Spikes* spikes = event_input(pass, input, packed_.forward);
    if (spikes == nullptr || norm_.is_apart()) return nullptr;
    show_events(pass, *spikes, [&](const Spikes& x) { return linear_count(x, packed_.forward.outputs()); });
    return linear_currents(*spikes, packed_.forward);
}

}  // namespace bispike
