// spikingjelly: SpikingJelly's SynOpCounter, which sees products of matrices and convolutions.
//
// Spikes are {0, 1}. With spikes on one side a product takes an accumulate for each of them and each column of the
// other, zeros too; with spikes on both sides one for each coincidence; without any it is dense multiply-accumulates. A
// convolution is exact at borders. Element-wise attention (SDSA, QKTA) is no product of matrices.
//
// Source: github.com/fangwei123456/spikingjelly, activation_based/op_counter (2026-08), ac.py and mac.py.
#include "sim/energy/convention.h"

namespace bispike {
namespace {

bool is_spikes(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    return f.part == Part::neuron && f.signal == Signal::binary;
}

Operations product(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    const bool left = is_spikes(network, f.first), right = is_spikes(network, f.second);
    if (left && right) return {.ac = n.executed};
    const double per_left = static_cast<double>(f.part == Part::score ? f.sources : f.width);
    if (left) return {.ac = network.mean_of(f.first).nonzero * per_left};
    if (right) return {.ac = network.mean_of(f.second).nonzero * static_cast<double>(f.tokens)};
    return {.mac = n.dense};
}

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.part == Part::score || f.part == Part::mix) return product(network, layer);
    if (f.part == Part::own) return {.mac = network.products(layer)};
    if (f.part != Part::synapse) return {};
    if (f.signal == Signal::binary) return {.ac = network.in_runs(layer, n.events)};
    return {.mac = network.in_runs(layer, n.dense_padded)};
}

}  // namespace

Convention convention_spikingjelly() {
    return {
        "spikingjelly", "SpikingJelly's SynOpCounter",
        "only {0, 1} are spikes, all else is dense mac with padding; a spiked v counts for every token, whatever the "
        "score; the first layer at every step, the classifier once",
        "github.com/fangwei123456/spikingjelly, activation_based/op_counter", count};
}

}  // namespace bispike
