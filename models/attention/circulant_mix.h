// What the circular-convolutional attentions share: the turned sum of values, and the projection of the output.
#pragma once

#include "models/attention/mixer_parts.h"

namespace bispike {

struct CirculantOptions : QkvOptions {
    std::string path = "auto";
    static constexpr auto fields() {
        return std::tuple_cat(
            QkvOptions::fields(),
            std::tuple(field("path", &CirculantOptions::path, "gather | fft | auto",
                             "circulant sums token by token, by transforms, or whichever multiplies less")));
    }
};

/// out = circ(softmax(z)) v W_proj + b: row i of circ(a) is a, turned by i. Parameter "proj".
class CirculantMix {
public:
    CirculantMix(const Scope& scope, const MixerSite& site, const CirculantOptions& options);
    /// scores z [t, B, heads, N], v [t, B, N, C]. Who wants attention weights sees all N x N of them.
    Value operator()(Pass& pass, Value scores, Value v) const;
    void prepare(Purpose purpose) { proj_.prepare(purpose); }

private:
    bool by_fft_;
    Linear proj_;
    std::string weight_name_, mix_name_;
};

}  // namespace bispike
