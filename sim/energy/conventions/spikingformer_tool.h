// Spikingformer's tool, for either setting of its Nspks_max.
#pragma once

#include <algorithm>

#include "sim/energy/convention.h"

namespace bispike {

/// What the tool takes for spikes.
enum class SpikeTest {
    binary,         // Nspks_max = 1: {0, 1} only
    small_integer,  // Nspks_max = 30: {0, ..., 30}; not the powers of two, which have both signs
};

inline bool passes(Signal signal, SpikeTest test) {
    return signal == Signal::binary || (signal == Signal::integer && test == SpikeTest::small_integer);
}

/// Dense operations with padding and with the bias of each output, times the mean of the input where that is spikes,
/// as multiply-accumulates otherwise. The first layer runs at every step, the classifier once. Attention is
/// T H N d^2 (min(rate_k, rate_v) + rate_q): k^T v first.
inline Operations count_as_spikingformer(const UsedNetwork& network, int layer, SpikeTest test) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.part == Part::synapse) {
        const double all = network.in_runs(layer, n.dense_padded + (f.has_bias ? n.outputs : 0));
        if (!passes(f.signal, test)) return {.mac = all};
        return {.ac = network.mean_level(layer) * all};
    }
    if (f.part != Part::mix || f.partner < 0 || !network.has_spikes(layer)) return {};
    const LayerFacts& score = network.facts_of(f.partner);
    const double base = network.runs(layer) * static_cast<double>(f.heads * f.sources * f.width * f.width);
    const double k = network.operand_mean_level(score.second), v = network.operand_mean_level(f.second);
    return {.ac = base * (std::min(k, v) + network.operand_mean_level(score.first))};
}

}  // namespace bispike
