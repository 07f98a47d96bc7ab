// The weighted sum over attention values on the tape.
#include "sim/grad/mix.h"

namespace bispike {

Value mix(Tape* tape, Value weights, Value v, float scale) {
    const int node = weights.node();
    Tensor a = std::move(weights).take();
    Tensor y = v.spikes() ? mix(a, *v.spikes()) : mix(a, *v.tensor());
    if (scale != 1.0f) y.scale(scale);
    if (tape == nullptr) return y;
    return tape->record(std::move(y),
                        [node, scale, a = std::move(a), v = std::move(v)](Tape& t, const Tensor& gradient) {
                            Tensor scaled = gradient;
                            if (scale != 1.0f) scaled.scale(scale);
                            MixGradient d = mix_backward(a, v.dense(), scaled);
                            t.add(node, std::move(d.weights));
                            t.add(v.node(), std::move(d.v));
                        });
}

OpCount mix_count(const Value& weights, const Value& v, Weights kind) {
    const Tensor& a = *weights.tensor();
    return v.spikes() ? mix_count(a, *v.spikes()) : mix_count(a, v.shape(), kind);
}

}  // namespace bispike
