// What the circular-convolutional attentions share: values, their turned sum, and the projection of the output.
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

/// out = circ(softmax(z)) v W_proj + b with v = x W_v + b: row i of circ(a) is a, turned by i. Parameters "v" and
/// "proj".
class CirculantMix {
public:
    CirculantMix(const Scope& scope, const MixerSite& site, const CirculantOptions& options);
    /// scores z [t, B, heads, N], x [t, B, N, C]. Who wants attention weights sees all N x N of them.
    Value operator()(Pass& pass, Value scores, Value x) const;
    void prepare(Purpose purpose) { v_.prepare(purpose), proj_.prepare(purpose); }

private:
    bool by_fft_;
    Linear v_, proj_;
    std::string weight_name_, mix_name_;
};

}  // namespace bispike
