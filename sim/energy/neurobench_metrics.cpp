// NeuroBench's further metrics.
#include "sim/energy/neurobench_metrics.h"

#include <cmath>

namespace bispike {

NeurobenchMetrics neurobench_metrics(const UsedNetwork& network, uint64_t trained) {
    NeurobenchMetrics m;
    m.footprint_bytes = 4 * network.facts.parameter_values;
    m.parameter_count = trained;
    double weights = 0, zeros = 0, slots = 0, silent = 0;
    for (size_t i = 0; i < network.layers.size(); ++i) {
        const auto layer = static_cast<int>(i);
        const LayerFacts& f = network.facts_of(layer);
        const MeanStatistics& n = network.mean_of(layer);
        weights += static_cast<double>(f.weights), zeros += static_cast<double>(f.zero_weights);
        if (f.part == Part::neuron) slots += n.slots, silent += n.slots - n.nonzero;
        if (f.part == Part::synapse) m.dense += network.in_runs(layer, n.dense);
    }
    if (network.facts.weights == Weighted::known && weights > 0) m.connection_sparsity = zeros / weights;
    if (slots > 0 && !std::isnan(silent)) m.activation_sparsity = silent / slots;
    return m;
}

}  // namespace bispike
