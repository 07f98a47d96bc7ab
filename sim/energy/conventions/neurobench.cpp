// neurobench: synaptic operations of NeuroBench's harness, Effective_MACs and Effective_ACs.
//
// An input that is not 0 times a weight that is not 0, exact at borders. {-1, 0, 1} make accumulates, all else
// multiply-accumulates. Only linear maps and convolutions; no bias, no attention.
//
// Source: Yik et al., "The neurobench framework", 2025; NeuroBench 2.3.0, metrics/workload/synaptic_operations.py.
#include "sim/energy/convention.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    if (f.part != Part::synapse) return {};
    const double effective = network.in_runs(layer, network.mean_of(layer).effective);
    if (f.signal == Signal::binary || f.signal == Signal::bipolar) return {.ac = effective};
    return {.mac = effective};
}

}  // namespace

Convention convention_neurobench() {
    return {
        "neurobench", "NeuroBench's synaptic operations",
        "weights and real inputs that are 0 are left out; attention is not seen; an integer input is mac; the first "
        "layer at every step, the classifier once",
        "NeuroBench 2.3.0, metrics/workload/synaptic_operations.py", count};
}

}  // namespace bispike
