// Operations as they were executed here, which the three forms of `exact` share.
#pragma once

#include "sim/energy/convention.h"

namespace bispike {

/// A spike (level) that occurred, times the synapses that it reached; a product of real values as it was computed; and
/// beside those shifts, the bias of each output (normalisation folded in leaves one) and comparisons with thresholds.
inline Operations count_executed(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    Operations o = f.part == Part::pool ? Operations() : booked(f.signal, n.executed);
    o.shift = n.shift, o.compare = n.compares;
    if (f.has_bias || f.has_norm) o.bias = n.outputs;
    return o;
}

}  // namespace bispike
