// sdsa: spike-driven self-attention, version 1, without a product of tokens with tokens.
//
//   q, k, v = LIF(BN(x W));  out = q * LIF_0.5(sum over tokens of k * v), channel by channel, at each time step.
// Linear in the number of tokens: one accumulate for each slot where k and v both fired, and a mask on q. Heads share
// channels out without changing the result; they are checked all the same.
//
// Source: Yao et al., "Spike-driven Transformer", NeurIPS 2023, SDSA (version 1).
#include "models/attention/spike_attention.h"
#include "sim/grad/gate.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

struct SpikeDrivenOptions {
    float threshold = 0.5f;
    static constexpr auto fields() {
        return std::tuple(
            field("threshold", &SpikeDrivenOptions::threshold, "potential", "of the neuron after attention"));
    }
};

class SpikeDrivenAttention : public Layer {
public:
    SpikeDrivenAttention(const Scope& scope, int64_t dim, NeuronRole gate_role)
        : Layer(scope.path(), "attention_block"),
          q_(scope.child("q"), dim, dim),
          k_(scope.child("k"), dim, dim),
          v_(scope.child("v"), dim, dim),
          q_lif_(make_neuron(scope.child("q_lif"))),
          k_lif_(make_neuron(scope.child("k_lif"))),
          v_lif_(make_neuron(scope.child("v_lif"))),
          attn_lif_(make_neuron(scope.child("attn_lif"), gate_role)),
          sum_name_(scope.child("token_sum").path()),
          gate_name_(scope.child("gate").path()) {}

    Value forward(Pass& pass, Value x) const override {
        Value q = pass(q_, *q_lif_, x);
        Value k = pass(k_, *k_lif_, x);
        Value v = pass(v_, *v_lif_, std::move(x));

        const OpCount summed = pass.wants_counts() ? token_sum_count(k, v) : OpCount{};
        Value sum = token_sum(pass.tape, std::move(k), std::move(v));
        if (pass.watched()) pass.show({sum_name_, "mix", nullptr, sum, nullptr, summed, ""});
        Value y = gate(pass.tape, std::move(q), pass(*attn_lif_, std::move(sum)));
        if (pass.watched()) pass.show({gate_name_, "gate", nullptr, y, nullptr, {}, ""});
        return y;
    }

    void prepare(Purpose purpose) override {
        for (Layer* layer : {static_cast<Layer*>(&q_), static_cast<Layer*>(&k_), static_cast<Layer*>(&v_), q_lif_.get(),
                             k_lif_.get(), v_lif_.get(), attn_lif_.get()})
            layer->prepare(purpose);
    }

private:
    LinearNorm q_, k_, v_;
    std::unique_ptr<Layer> q_lif_, k_lif_, v_lif_, attn_lif_;
    std::string sum_name_, gate_name_;
};

}  // namespace

Entry<MakeAttention> attention_sdsa() {
    return {"sdsa",
            {"spike-driven self-attention, version 1", "Yao et al., NeurIPS 2023", "O(N D)"},
            [](const Scope& scope, int64_t dim, int64_t heads) {
                const auto options = scope.settings().read<SpikeDrivenOptions>("attention");
                require_threshold(options.threshold);
                require_heads(dim, heads);
                return std::make_unique<SpikeDrivenAttention>(scope, dim, NeuronRole{options.threshold});
            }};
}

}  // namespace bispike
