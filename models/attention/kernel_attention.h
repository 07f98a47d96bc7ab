// What the attentions share whose weights are products of features of queries and keys.
#pragma once

#include "models/attention/mixer_parts.h"

namespace bispike {

/// q, k = f(x W + b), v = x W + b;  y = q (k^T v), per head: no N x N weights.  out = finished(y) W_proj + b.
/// x [t, B, N, C] to the same shape. Parameters those of Qkv; probes see k^T v under "<path>.kv" and y under
/// "<path>.mix".
class KernelAttention : public Layer {
public:
    KernelAttention(const Scope& scope, const MixerSite& site, const QkvOptions& options);
    Value forward(Pass& pass, Value x) const override;
    void prepare(Purpose purpose) override { maps_.prepare(purpose); }

protected:
    /// f, on [t, B, N, C].
    virtual Value features(Tape* tape, Value x) const = 0;
    /// What is done with y [t, B, N, C], given the features of queries and keys.
    virtual Value finished(Pass& pass, Value y, Value q, Value k) const = 0;
    int64_t heads() const { return maps_.heads; }

private:
    Qkv maps_;
    std::string q_name_, k_name_, kv_name_, mix_name_;
};

}  // namespace bispike
