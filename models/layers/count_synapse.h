// Telling the observers what a synaptic layer did and which kernel it chose.
#pragma once

#include "sim/net/pass.h"
#include "sim/ops/linear.h"

namespace bispike {

/// Counts with `count_of(tensor or spikes)` and names the kernel that `weights` take; does nothing when nobody watches.
template <class CountOf>
void show_synapse(Pass& pass, const Value& input, const PackedMatrix& weights, CountOf count_of) {
    if (!pass.wants_counts()) return;
    if (const Spikes* spikes = input.spikes()) {
        pass.count(count_of(*spikes));
        pass.ran(prefers_events(*spikes, weights) ? "event" : "dense");
    } else {
        pass.count(count_of(*input.tensor()));
        pass.ran("dense");
    }
}

/// The input as spikes of every step of the pass which the event-driven kernel is to take; null where they are not.
inline const Spikes* event_input(const Pass& pass, const Value& input, const PackedMatrix& weights) {
    const Spikes* spikes = input.spikes();
    const bool fits = spikes != nullptr && spikes->shape()[0] == pass.steps && prefers_events(*spikes, weights);
    return fits ? spikes : nullptr;
}

}  // namespace bispike
