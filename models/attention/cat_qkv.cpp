// cat_qkv: circular-convolutional attention with an averaged key.
//
//   q, k, v = x W + b;  z_n = q_n . mean(k) / sqrt(d), per head of width d;  a = softmax of z over the tokens;
//   y_i = sum_k a_k v_[(i + k) mod N];  out = y W_proj + b.
// Of cat it differs in the scores alone: as many parameters as softmax attention.
//
// Source: Yamada, "CAT: Circular-Convolutional Attention", NeurIPS 2025, the "averaged-key" form.
#include <cmath>

#include "models/attention/circulant_mix.h"
#include "sim/grad/mean.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape.
class AveragedKeyCat : public Layer {
public:
    AveragedKeyCat(const Scope& scope, const MixerSite& site, const QkvOptions& options)
        : Layer(scope.path(), "attention_block"),
          heads_(site.heads),
          scale_(1.0f / std::sqrt(static_cast<float>(site.dim) / static_cast<float>(site.heads))),
          q_(scope.child("q"), site.dim, site.dim, {.bias = options.qkv_bias}),
          k_(scope.child("k"), site.dim, site.dim, {.bias = options.qkv_bias}),
          v_(scope.child("v"), site.dim, site.dim, {.bias = options.qkv_bias}),
          mix_(scope, site),
          score_name_(scope.child("score").path()) {}

    Value forward(Pass& pass, Value x) const override {
        const Shape s = x.shape();
        Value q = scaled(pass.tape, pass(q_, x), scale_);
        Value key = mean_tokens(pass.tape, pass(k_, x)).reshaped(s.with(2, 1));
        const OpCount counted = pass.wants_counts() ? score_count(q, key, heads_) : OpCount{};
        Value scores = score(pass.tape, std::move(q), std::move(key), heads_).reshaped({s[0], s[1], heads_, s[2]});
        show_mixing(pass, score_name_, scores, [&] { return counted; });
        return mix_(pass, std::move(scores), pass(v_, std::move(x)));
    }

    void prepare(Purpose purpose) override {
        for (Linear* map : {&q_, &k_, &v_}) map->prepare(purpose);
        mix_.prepare(purpose);
    }

private:
    int64_t heads_;
    float scale_;
    Linear q_, k_, v_;
    CirculantMix mix_;
    std::string score_name_;
};

}  // namespace

Entry<MakeMixer> attention_cat_qkv() {
    return {"cat_qkv",
            {"circular-convolutional attention, averaged key", "Yamada, NeurIPS 2025", "O(N log N D)"},
            [](const Scope& scope, const MixerSite& site) {
                require_heads(site.dim, site.heads);
                const auto options = scope.settings().read<QkvOptions>("attention");
                return std::make_unique<AveragedKeyCat>(scope, site, options);
            }};
}

}  // namespace bispike
