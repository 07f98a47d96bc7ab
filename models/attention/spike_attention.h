// Self-attention of spikes: what SSA and BSA share.
#pragma once

#include <memory>
#include <string>
#include <tuple>

#include "models/attention/score_norm.h"
#include "models/layers/linear_norm.h"
#include "models/layers/neuron.h"

namespace bispike {

/// The [attention] section. Models derive from it to set their own defaults.
struct AttentionOptions {
    std::string score_norm = "none";
    std::string query_key = "binary";
    bool spike_v = true;
    bool qkv_bias = false;
    float scale = 0.0f;
    std::string gamma = "exact";
    float threshold = 0.5f;

    static auto fields() {
        using O = AttentionOptions;
        return std::tuple(
            field("score_norm", &O::score_norm, score_norm_choices(), "row normalisation of the scores"),
            field("query_key", &O::query_key, "binary | ternary",
                  "neuron of queries and keys: the network's own, or ternary_lif"),
            field("spike_v", &O::spike_v, "true | false",
                  "spike the values (false: real-valued, as the bipolar paper)"),
            field("qkv_bias", &O::qkv_bias, "true | false",
                  "a bias before the normalisation of q, k and v, as some public weights have it"),
            field("scale", &O::scale, "factor", "on the weighted sum; 0: 0.125 without a norm, 1 with one"),
            field("gamma", &O::gamma, "exact | fp32", "how shiftmax finds the exponent of its row sum"),
            field("threshold", &O::threshold, "potential", "of the neuron after attention"));
    }
};

/// Per head of width d and time step, for spikes x [t, B, N, C]:
///   q = neuron(BN(x Wq)), k = neuron(BN(x Wk)), v = BN(x Wv), spiked if asked for
///   out = neuron(scale * sum_j norm(q_i . k_j) v_j), spikes [t, B, N, C]
/// The projection after it belongs to the host. Probes see the scores, the weights and the mix under "<path>.score",
/// "<path>.weight" and "<path>.mix"; scores and weights only where a probe wants them or the mix needs them.
class SpikeAttention : public Layer {
public:
    /// `output_neuron`: the model of the neuron after attention, empty for the network's own. Throws Error where heads
    /// do not divide dim or an option is out of range.
    SpikeAttention(const Scope& scope, int64_t dim, int64_t heads, const AttentionOptions& options,
                   const std::string& output_neuron);
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;

private:
    Value mix_without_scores(const Pass& pass, const Spikes& q, const Spikes& k, const Spikes& v) const;
    bool is_integer(const Value& q, const Value& k, const Value& v) const;

    int64_t heads_;
    const ScoreNorm& norm_;
    Gamma gamma_;
    float scale_;
    LinearNorm q_, k_, v_;
    std::unique_ptr<Layer> q_lif_, k_lif_, v_lif_, attn_lif_;  // v_lif_ null: real-valued v
    std::string score_name_, weight_name_, mix_name_;
};

/// A neuron that fires in {0, 1} (or integers): the network's own, or lif where that one is ternary.
std::unique_ptr<Layer> make_unsigned_neuron(const Scope& scope, NeuronRole role = {});
/// Throws Error unless the threshold of the neuron after attention is positive.
void require_threshold(float threshold);

}  // namespace bispike
