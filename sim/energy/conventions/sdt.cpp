// sdt: the formula of the spike-driven Transformer.
//
// As Spikformer's, with FL_conv = k^2 h w c_in c_out and FL_mlp = in * out, and E_AC T R N D for the mask and the sum
// of its attention, where R sums the rates of the matrices that meet (here k and v). Integer spikes of its later
// versions stand for as many binary ones.
//
// Source: Yao et al., "Spike-driven Transformer", NeurIPS 2023, supplement, S1 and S2; R as recalled from its table 1.
#include "sim/energy/conventions/rates.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.part == Part::token_sum) return {.ac = (network.rate(f.first) + network.rate(f.second)) * n.dense};
    if (f.part == Part::synapse && f.signal == Signal::integer)
        return {.ac = network.mean_level(layer) * n.dense_padded};
    return count_by_rate(network, layer);
}

}  // namespace

Convention convention_sdt() {
    return {"sdt", "spike-driven Transformer's paper",
            "rate times dense operations, padding with them; its attention by the sum of the rates of k and v, not by "
            "coincidences",
            "Yao et al., Spike-driven Transformer, NeurIPS 2023, supplement S1, S2; the attention's rate as recalled",
            count};
}

}  // namespace bispike
