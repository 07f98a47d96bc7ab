// What the circular-convolutional attentions share: the turned sum of values, and the projection of the output.
#pragma once

#include "models/attention/mixer_parts.h"

namespace bispike {

/// out = circ(softmax(z)) v W_proj + b: row i of circ(a) is a, turned by i. Parameter "proj".
class CirculantMix {
public:
    /// Reads attention.path.
    CirculantMix(const Scope& scope, const MixerSite& site);
    /// scores z [t, B, heads, N], v [t, B, N, C]. Who wants attention weights sees all N x N of them.
    Value operator()(Pass& pass, Value scores, Value v) const;
    void prepare(Purpose purpose) { proj_.prepare(purpose); }

private:
    bool by_fft_;
    Linear proj_;
    std::string weight_name_, mix_name_;
};

}  // namespace bispike
