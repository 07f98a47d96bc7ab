// norse: Norse's synaptic operations.
//
// The sum of the input times the weights of a kernel: C_out k_h k_w / groups for a convolution, whatever its padding
// and stride, the outputs for a linear map. A negative input takes away. Real inputs count as multiply-accumulates
// here, one for each. Attention is not seen.
//
// Source: github.com/norse/norse, pull request 444.
#include "sim/energy/convention.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.part != Part::synapse) return {};
    const auto fan_out = static_cast<double>(f.outputs_of_input * f.taps);
    if (f.signal == Signal::real) return {.mac = network.in_runs(layer, n.slots) * fan_out};
    return {.ac = network.in_runs(layer, n.level - 2 * n.negative_level) * fan_out};
}

}  // namespace

Convention convention_norse() {
    return {"norse", "Norse's synaptic operations",
            "every spike reaches the whole kernel, over borders and between strides too; attention is not seen; the "
            "first layer at every step, the classifier once",
            "github.com/norse/norse, pull request 444", count};
}

}  // namespace bispike
