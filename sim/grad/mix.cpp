// The weighted sum over attention values on the tape.
#include "sim/grad/mix.h"

#include "sim/grad/saved.h"

namespace bispike {
namespace {

Tensor mix_of(const Value& weights, const Value& v) {
    if (weights.spikes()) return mix(*weights.spikes(), v.dense());
    return v.spikes() ? mix(*weights.tensor(), *v.spikes()) : mix(*weights.tensor(), *v.tensor());
}

}  // namespace

Value mix(Tape* tape, Value weights, Value v, float scale) {
    Tensor y = mix_of(weights, v);
    if (scale != 1.0f) y.scale(scale);
    if (tape == nullptr) return y;
    const int node = weights.node();
    Origin origin{{node, v.node()}};
    Saved saved(std::move(weights).take());
    return tape->record(std::move(origin), std::move(y),
                        [scale, node, saved = std::move(saved), v = std::move(v)](Tape& t, Tensor gradient) {
                            if (scale != 1.0f) gradient.scale(scale);
                            MixGradient d = mix_backward(saved.get(), v.dense(), gradient);
                            t.add(node, std::move(d.weights));
                            t.add(v.node(), std::move(d.v));
                        });
}

OpCount mix_count(const Value& weights, const Value& v, Weights kind) {
    if (weights.spikes()) return mix_count(*weights.spikes(), v.shape());
    return v.spikes() ? mix_count(*weights.tensor(), *v.spikes()) : mix_count(*weights.tensor(), v.shape(), kind);
}

}  // namespace bispike
