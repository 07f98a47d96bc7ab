// What the attentions share that weigh values by scores of queries with keys.
#pragma once

#include <functional>

#include "models/attention/mixer_parts.h"

namespace bispike {

/// q, k, v = x W + b;  y = A v with weights A made of the scores q k^T / sqrt(d), per head of width d;
/// out = y W_proj + b. The factor 1 / sqrt(d) is taken on q. x [t, B, N, C] to the same shape. Parameters those of Qkv;
/// probes see scores, weights and mix under "<path>.score" and so on.
class ScoredAttention : public Layer {
public:
    ScoredAttention(const Scope& scope, const MixerSite& site, const QkvOptions& options);
    Value forward(Pass& pass, Value x) const override;
    void prepare(Purpose purpose) override { maps_.prepare(purpose); }

protected:
    /// y of q, k and v [t, B, N, C].
    virtual Value mixed(Pass& pass, Value q, Value k, Value v) const = 0;
    /// A v for q, k and v of any tokens [t, B, N, C], d = C / heads, with A = weigh(scores), [t, B, heads, N, N] both.
    using Weigh = std::function<Value(Value scores)>;
    Value attend(Pass& pass, Value q, Value k, Value v, const Weigh& weigh) const;
    /// In which shape scores and weights are shown.
    virtual Shape shown(const Shape& scores) const { return scores; }

    int64_t heads() const { return maps_.heads; }
    /// d, channels of a head.
    int64_t width() const { return maps_.width; }

private:
    Qkv maps_;
    std::string score_name_, weight_name_, mix_name_;
};

}  // namespace bispike
