// Estimates by firing rate, which the papers' formulas share.
#pragma once

#include "sim/energy/convention.h"

namespace bispike {

/// SOP = rate * T * FLOPs, one rate for a layer: of its input, or of the operand of a product that is spikes. The first
/// layer is a multiply-accumulate for each tap, padding with it, and counts once: the papers' sum has no T before it.
/// So is what has no spikes in it at all, but for the classifier, which their sum has among the accumulates.
inline Operations count_by_rate(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    switch (f.part) {
        case Part::synapse:
            if (f.is_first && f.signal == Signal::real) return {.mac = n.steps > 0 ? n.dense_padded / n.steps : 0};
            if (f.is_classifier) return {.ac = n.nonzero / n.slots * n.dense_padded};
            if (f.signal == Signal::real) return {.mac = n.dense_padded};
            return {.ac = network.rate(layer) * n.dense_padded};
        case Part::own:
            return {.mac = network.products(layer)};
        case Part::head_sum:
            return {.ac = network.operand_rate(f.first) * n.dense};
        case Part::score:
            if (!network.has_spikes(layer)) return {.mac = n.dense};
            return {.ac = network.operand_rate(f.first) * n.dense};
        case Part::mix: {  // of the weights where they are spikes
            if (!network.has_spikes(layer)) return {.mac = n.dense};
            const int spikes = network.facts_of(f.first).part == Part::neuron ? f.first : f.second;
            return {.ac = network.operand_rate(spikes) * n.dense};
        }
        default:
            return {};
    }
}

}  // namespace bispike
