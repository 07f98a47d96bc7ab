// qkta: token QK attention, without values and without a product of tokens with tokens.
//
//   q, k = LIF(BN(x W));  a = LIF_0.5(sum over the channels of a head of q), one a head and token;  out = a * k
// Linear in the number of tokens: one accumulate for each spike of q, and a mask on k.
//
// Source: Zhou et al., "QKFormer: Hierarchical Spiking Transformer using Q-K Attention", NeurIPS 2024, Q-K token
// attention.
#include "models/attention/spike_attention.h"
#include "sim/grad/gate.h"
#include "sim/grad/head_sum.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

struct TokenOptions {
    float threshold = 0.5f;
    static constexpr auto fields() {
        return std::tuple(field("threshold", &TokenOptions::threshold, "potential", "of the neuron after attention"));
    }
};

/// Each token behind a gate of its own: k, open [t, B, N, C].
Value token_gate(Pass& pass, Value k, Value open) {
    const Shape s = k.shape(), alone = {s[0], s[1] * s[2], 1, s[3]};
    return gate(pass.tape, std::move(k).reshaped(alone), std::move(open).reshaped(alone)).reshaped(s);
}

class TokenQueryKeyAttention : public Layer {
public:
    TokenQueryKeyAttention(const Scope& scope, int64_t dim, int64_t heads, NeuronRole gate_role)
        : Layer(scope.path(), "attention_block"),
          heads_(heads),
          q_(scope.child("q"), dim, dim),
          k_(scope.child("k"), dim, dim),
          q_lif_(make_neuron(scope.child("q_lif"))),
          k_lif_(make_neuron(scope.child("k_lif"))),
          attn_lif_(make_neuron(scope.child("attn_lif"), gate_role)),
          sum_name_(scope.child("head_sum").path()),
          gate_name_(scope.child("gate").path()) {}

    Value forward(Pass& pass, Value x) const override {
        Value q = pass(q_, *q_lif_, x);
        Value k = pass(k_, *k_lif_, std::move(x));

        const OpCount summed = pass.wants_counts() ? head_sum_count(q) : OpCount{};
        Value sum = head_sum(pass.tape, std::move(q), heads_);
        if (pass.watched()) pass.show({sum_name_, "mix", nullptr, sum, nullptr, summed, ""});
        Value open = head_spread(pass.tape, pass(*attn_lif_, std::move(sum)), k.shape()[3]);
        Value y = token_gate(pass, std::move(k), std::move(open));
        if (pass.watched()) pass.show({gate_name_, "gate", nullptr, y, nullptr, {}, ""});
        return y;
    }

    void prepare(Purpose purpose) override {
        for (Layer* layer :
             {static_cast<Layer*>(&q_), static_cast<Layer*>(&k_), q_lif_.get(), k_lif_.get(), attn_lif_.get()})
            layer->prepare(purpose);
    }

private:
    int64_t heads_;
    LinearNorm q_, k_;
    std::unique_ptr<Layer> q_lif_, k_lif_, attn_lif_;
    std::string sum_name_, gate_name_;
};

}  // namespace

Entry<MakeAttention> attention_qkta() {
    return {"qkta",
            {"token QK attention", "Zhou et al., NeurIPS 2024", "O(N D)"},
            [](const Scope& scope, int64_t dim, int64_t heads) {
                const auto options = scope.settings().read<TokenOptions>("attention");
                require_threshold(options.threshold);
                require_heads(dim, heads);
                return std::make_unique<TokenQueryKeyAttention>(scope, dim, heads, NeuronRole{options.threshold});
            }};
}

}  // namespace bispike
