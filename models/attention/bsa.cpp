// bsa: bipolar self-attention, whose queries, keys and output fire in {-1, 0, +1}.
//
//   q, k = TLIF(BN(x W));  v = BN(x W), not spiked;  out = TLIF_0.5(scale * norm(q k^T) v), per head and time step.
// A score is the number of homopolar minus that of heteropolar coincidences. The paper's row norm is shiftmax; the
// default here is spike_count, whose rows sum to 1. Mind that a row-stochastic mix of spiked v (spike_v = true) is a
// mean of {0, 1} and rarely reaches 0.5: that form wants a lower threshold or a larger scale.
//
// Source: Wang et al., "Bipolar Self-attention for Spiking Transformers", NeurIPS 2025, eqs. 13 to 19.
#include "models/attention/spike_attention.h"

namespace bispike {
namespace {

struct BipolarOptions : AttentionOptions {
    BipolarOptions() {
        score_norm = "spike_count";
        query_key = "ternary";
        spike_v = false;
    }
};

}  // namespace

Entry<MakeAttention> attention_bsa() {
    return {"bsa",
            {"bipolar self-attention", "Wang et al., NeurIPS 2025", "O(N^2 D)"},
            [](const Scope& scope, int64_t dim, int64_t heads) {
                const auto options = scope.settings().read<BipolarOptions>("attention");
                return std::make_unique<SpikeAttention>(scope, dim, heads, options, "ternary_lif");
            }};
}

}  // namespace bispike
