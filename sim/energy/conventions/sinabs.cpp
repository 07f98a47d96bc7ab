// sinabs: Sinabs' synaptic operations.
//
// A spike times its fan-out, exact at borders, in convolutions and linear maps; a negative input takes away. An input
// of real values would be summed as it is, which is no number of operations: it counts as multiply-accumulates here.
// Sinabs gives means over time; this is their sum. Bias and attention are not seen.
//
// Source: github.com/synsense/sinabs, synopcounter and hooks.
#include "sim/energy/convention.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.part != Part::synapse) return {};
    if (f.signal == Signal::real) return {.mac = network.in_runs(layer, n.dense)};
    return {.ac = network.in_runs(layer, n.executed - 2 * n.negative_events)};
}

}  // namespace

Convention convention_sinabs() {
    return {"sinabs", "Sinabs' synaptic operations",
            "attention is not seen; negative spikes take away; the first layer at every step, the classifier once",
            "github.com/synsense/sinabs, hooks of its SNNAnalyzer", count};
}

}  // namespace bispike
