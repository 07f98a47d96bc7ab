// spikingresformer: SOPMonitor, the sum of what a layer gives when its weights are ones.
//
// Exact at borders. Spikes of unequal sign cancel. Where one side of a product is no spikes it is replaced by ones. The
// first layer and the classifier are left out. Elsewhere an input of real values would be summed as it is, which is no
// number of operations: it counts as multiply-accumulates here.
//
// Source: Shi, Hao, Yu, "SpikingResformer", CVPR 2024; its code, utils/utils.py, SOPMonitor.
#include "sim/energy/convention.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.is_first || f.is_classifier || !f.operates()) return {};
    if (f.part == Part::own) return {.mac = network.products(layer)};
    if (f.signal == Signal::real) return {.mac = n.dense};
    const bool real_weights = f.part == Part::mix && network.facts_of(f.first).part != Part::neuron;
    if (!real_weights) return {.ac = n.executed - 2 * n.negative_events};
    if (network.facts_of(f.second).part != Part::neuron) return {.ac = n.dense};
    const MeanStatistics& v = network.mean_of(f.second);  // every token adds every value
    return {.ac = (v.level - 2 * v.negative_level) * static_cast<double>(f.tokens)};
}

}  // namespace

Convention convention_spikingresformer() {
    return {
        "spikingresformer", "SpikingResformer's SOPMonitor",
        "the first layer and the classifier are left out; spikes of unequal sign cancel; attention weights count as "
        "ones, zeros too",
        "Shi et al., SpikingResformer, CVPR 2024; its code, utils/utils.py, SOPMonitor", count};
}

}  // namespace bispike
