// A convolution with batch normalisation behind it.
#include "models/layers/conv_norm.h"

#include <cmath>

#include "models/layers/count_synapse.h"

namespace bispike {
namespace {

float initial_sigma(const ConvShape& s) {
    return 1.0f / std::sqrt(static_cast<float>(s.taps() * s.in_channels / s.groups));
}

}  // namespace

ConvNorm::ConvNorm(const Scope& scope, ConvShape s, Options options)
    : Synapse(scope.path(), "conv"),
      shape_(s),
      weight_(
          scope.normal("weight", {s.out_channels, s.in_channels / s.groups, s.y.kernel, s.x.kernel}, initial_sigma(s))),
      bias_(options.bias ? &scope.constant("bias", {s.out_channels}, 0.0f, Role::scale) : nullptr),
      norm_(scope.child("norm"), s.out_channels) {}

void ConvNorm::prepare(Purpose purpose) {
    norm_.prepare(purpose);
    if (!is_folded(purpose)) {
        const auto bias = bias_ ? std::span<const float>(bias_->value.values()) : std::span<const float>();
        packed_ = ConvWeights::from(shape_, weight_.value, bias, purpose == Purpose::train);
        return;
    }
    const ConvFacts f = folded();
    packed_ = ConvWeights::from(f.shape, f.weight, f.bias.values(), false);
    packed_.quantise(weight_format(purpose));
}

ConvFacts ConvNorm::folded() const {
    const ChannelAffine norm = norm_.folded();
    return {shape_, scaled_rows(weight_.value, norm.scale), folded_bias(bias_, norm)};
}

Value ConvNorm::forward(Pass& pass, Value input) const {
    show_synapse(pass, input, packed_.groups[0].forward, [&](const auto& x) { return conv2d_count(x, shape_); });
    Value y = conv2d(pass.tape, std::move(input), packed_, {&weight_, bias_});
    return norm_(pass.tape, std::move(y));
}

Normalised ConvNorm::normalised(Pass& pass, Value input) const {
    return norm_.normalised(*pass.tape, conv2d(pass.tape, std::move(input), packed_, {&weight_, bias_}));
}

std::unique_ptr<Currents> ConvNorm::currents(Pass& pass, const Value& input) const {
    const Spikes* spikes = event_input(pass, input, packed_.groups[0].forward);
    if (spikes == nullptr || norm_.is_apart() || shape_.groups > 1) return nullptr;
    show_events(pass, *spikes, [&](const Spikes& x) { return conv2d_count(x, shape_); });
    return conv2d_currents(*spikes, packed_);
}

}  // namespace bispike
