// ssa: spiking self-attention of binary spikes.
//
//   q, k, v = LIF(BN(x W));  out = LIF_0.5(0.125 (q k^T) v), per head and time step.
// The scores are counts of coincidences and stay without a norm by default. [attention] score_norm and query_key give
// the other cells of the comparison with BSA; the output stays binary.
//
// Source: Zhou et al., "Spikformer: When Spiking Neural Network Meets Transformer", ICLR 2023; scale and order of the
// products as in Spikingformer (Zhou et al., 2023).
#include "models/attention/spike_attention.h"

namespace bispike {

Entry<MakeAttention> attention_ssa() {
    return {"ssa",
            {"spiking self-attention, binary", "Zhou et al., ICLR 2023", "O(N^2 D)"},
            [](const Scope& scope, int64_t dim, int64_t heads) {
                const auto options = scope.settings().read<AttentionOptions>("attention");
                return std::make_unique<SpikeAttention>(scope, dim, heads, options, "");
            }};
}

}  // namespace bispike
