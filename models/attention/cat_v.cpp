// cat_v: circular-convolutional attention whose weights are the same for every image, an ablation of cat.
//
//   z a table [D, N], one score a channel and token;  a = softmax of z over the tokens;  v = x W_v + b;
//   y_ic = sum_k a_ck v_[(i + k) mod N]c;  out = y W_proj + b.
// The paper gives its number of parameters, (N + D) D; that each channel has weights of its own, and no heads, is our
// reading of it. Scores begin as wide as those of normed tokens are. For one number of tokens.
//
// Source: Yamada, "CAT: Circular-Convolutional Attention", NeurIPS 2025, the "v-only" ablation.
#include "models/attention/circulant_mix.h"
#include "sim/grad/pointwise.h"

namespace bispike {
namespace {

/// A head for each channel.
MixerSite channelwise(MixerSite site) {
    site.heads = site.dim;
    return site;
}

/// x [t, B, N, C] to the same shape. Parameters "score" [C, N], "v" and "proj".
class CatOfValues : public Layer {
public:
    CatOfValues(const Scope& scope, const MixerSite& site, const QkvOptions& options)
        : Layer(scope.path(), "attention_block"),
          scores_(scope.normal("score", {site.dim, site.tokens()}, 1.0f)),
          v_(scope.child("v"), site.dim, site.dim, {.bias = options.qkv_bias}),
          mix_(scope, channelwise(site)) {}

    Value forward(Pass& pass, Value x) const override {
        Value scores = for_each_image(pass.tape, value_of(pass.tape, scores_), x.shape());
        return mix_(pass, std::move(scores), pass(v_, std::move(x)));
    }

    void prepare(Purpose purpose) override { v_.prepare(purpose), mix_.prepare(purpose); }

private:
    const Parameter& scores_;
    Linear v_;
    CirculantMix mix_;
};

}  // namespace

Entry<MakeMixer> attention_cat_v() {
    return {"cat_v",
            {"CAT with values alone: scores are a table", "Yamada, NeurIPS 2025", "O(N log N D)"},
            [](const Scope& scope, const MixerSite& site) {
                return std::make_unique<CatOfValues>(scope, site, scope.settings().read<QkvOptions>("attention"));
            }};
}

}  // namespace bispike
