// softmax: multi-head self-attention of real values.
//
//   q, k, v = x W + b;  y = softmax(q k^T / sqrt(d)) v, per head of width d;  out = y W_proj + b.
// Rows of weights sum to 1. With network.quantiser: models/layers/quantised_softmax.h.
//
// Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, eq. 1; in vision Dosovitskiy et al., ICLR 2021.
#include "models/attention/scored_attention.h"
#include "models/layers/quantised_softmax.h"
#include "models/layers/quantiser.h"
#include "sim/grad/row_norm.h"

namespace bispike {
namespace {

class SoftmaxAttention : public ScoredAttention {
public:
    using ScoredAttention::ScoredAttention;

protected:
    Value mixed(Pass& pass, Value q, Value k, Value v) const override {
        return attend(pass, std::move(q), std::move(k), std::move(v),
                      [&](Value scores) { return softmax(pass.tape, std::move(scores)); });
    }
};

}  // namespace

Entry<MakeMixer> attention_softmax() {
    return {"softmax",
            {"softmax attention", "Vaswani et al., NeurIPS 2017", "O(N^2 D)"},
            [](const Scope& scope, const MixerSite& site) -> std::unique_ptr<Layer> {
                const auto options = scope.settings().read<QkvOptions>("attention");
                if (!is_quantised(scope)) return std::make_unique<SoftmaxAttention>(scope, site, options);
                return std::make_unique<QuantisedSoftmax>(scope, site, options.qkv_bias);
            }};
}

}  // namespace bispike
