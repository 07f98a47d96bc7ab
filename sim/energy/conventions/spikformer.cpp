// spikformer: the formula of Spikformer's paper, which most papers of spiking Transformers copied.
//
//   E = E_MAC FL_conv1 + E_AC (sum SOP_conv + sum SOP_fc + sum SOP_attention),  SOP = rate * T * FLOPs
// The rate is the share of inputs that are not 0; taps on padding count, biases do not. Of the products of attention
// q k^T goes by the rate of q, and the other by that of v. Sums of tokens (SDSA) go by the rate of k.
//
// Source: Zhou et al., "Spikformer", ICLR 2023, appendix; the same form in Zhou et al., arXiv 2403.18228, appendix.
#include "sim/energy/conventions/rates.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    if (f.part == Part::token_sum) return {.ac = network.rate(f.first) * network.mean_of(layer).dense};
    return count_by_rate(network, layer);
}

}  // namespace

Convention convention_spikformer() {
    return {"spikformer", "Spikformer's paper",
            "rate times dense operations, padding with them; products of attention by the rate of one side, not by "
            "coincidences; an integer spike counts once",
            "Zhou et al., Spikformer, ICLR 2023, appendix; arXiv 2403.18228, appendix", count};
}

}  // namespace bispike
