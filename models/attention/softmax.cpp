// softmax: multi-head self-attention of real values.
//
//   q, k, v = x W + b;  out = softmax(q k^T / sqrt(d)) v, per head of width d.
// The factor 1 / sqrt(d) is taken on q. Rows of weights sum to 1.
//
// Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, eq. 1; in vision Dosovitskiy et al., ICLR 2021.
#include <cmath>

#include "models/layers/linear.h"
#include "sim/grad/mix.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/net/registry.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

struct SoftmaxOptions {
    bool qkv_bias = true;
    static constexpr auto fields() {
        return std::tuple(field("qkv_bias", &SoftmaxOptions::qkv_bias, "true | false", "a bias in q, k and v"));
    }
};

/// x [t, B, N, C] to the same shape. Probes see scores, weights and mix under "<path>.score" and so on.
class SoftmaxAttention : public Layer {
public:
    SoftmaxAttention(const Scope& scope, int64_t dim, int64_t heads)
        : SoftmaxAttention(scope, dim, heads, scope.settings().read<SoftmaxOptions>("attention")) {}

    Value forward(Pass& pass, Value x) const override {
        Value q = scaled(pass.tape, pass(q_, x), scale_), k = pass(k_, x), v = pass(v_, std::move(x));
        const OpCount scored = pass.wants_counts() ? score_count(q, k, heads_) : OpCount{};
        Value scores = score(pass.tape, std::move(q), std::move(k), heads_);
        if (pass.watched()) pass.show({score_name_, "score", nullptr, scores, nullptr, scored, "dense"});
        Value weights = softmax(pass.tape, std::move(scores));
        if (pass.watched()) pass.show({weight_name_, "attention", nullptr, weights, nullptr, {}, ""});
        const OpCount mixed = pass.wants_counts() ? mix_count(weights, v, Weights::real) : OpCount{};
        Value y = mix(pass.tape, std::move(weights), std::move(v), 1.0f);
        if (pass.watched()) pass.show({mix_name_, "mix", nullptr, y, nullptr, mixed, "dense"});
        return y;
    }

    void prepare(Purpose purpose) override { q_.prepare(purpose), k_.prepare(purpose), v_.prepare(purpose); }

private:
    SoftmaxAttention(const Scope& scope, int64_t dim, int64_t heads, const SoftmaxOptions& o)
        : Layer(scope.path(), "attention_block"),
          heads_(heads),
          scale_(1.0f / std::sqrt(static_cast<float>(dim) / static_cast<float>(heads))),
          q_(scope.child("q"), dim, dim, {.bias = o.qkv_bias}),
          k_(scope.child("k"), dim, dim, {.bias = o.qkv_bias}),
          v_(scope.child("v"), dim, dim, {.bias = o.qkv_bias}),
          score_name_(scope.child("score").path()),
          weight_name_(scope.child("weight").path()),
          mix_name_(scope.child("mix").path()) {}

    int64_t heads_;
    float scale_;
    Linear q_, k_, v_;
    std::string score_name_, weight_name_, mix_name_;
};

}  // namespace

Entry<MakeAttention> attention_softmax() {
    return {"softmax", "softmax attention (Vaswani et al. 2017)", [](const Scope& scope, int64_t dim, int64_t heads) {
                require_heads(dim, heads);
                return std::make_unique<SoftmaxAttention>(scope, dim, heads);
            }};
}

}  // namespace bispike
