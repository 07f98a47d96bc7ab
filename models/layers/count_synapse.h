// Telling the observers what a synaptic layer did and which kernel it chose.
#pragma once

#include "sim/net/pass.h"
#include "sim/ops/linear.h"

namespace bispike {

/// Of spikes that the event-driven kernel takes: counts with `count_of(spikes)`, where a probe looks at that.
template <class CountOf>
void show_events(Pass& pass, const Spikes& spikes, CountOf count_of) {
    pass.ran("event");
    if (pass.wants_counts()) pass.count(count_of(spikes));
}

/// Counts with `count_of(tensor or spikes)` and names the kernel that `weights` take; does nothing when nobody watches.
template <class CountOf>
void show_synapse(Pass& pass, const Value& input, const PackedMatrix& weights, CountOf count_of) {
    if (!pass.watched()) return;
    const Spikes* spikes = input.spikes();
    if (spikes && prefers_events(*spikes, weights)) return show_events(pass, *spikes, count_of);
    pass.ran("dense");
    if (pass.wants_counts()) pass.count(spikes ? count_of(*spikes) : count_of(*input.tensor()));
}

/// The input as spikes of every step of the pass which the event-driven kernel is to take; null where they are not.
inline const Spikes* event_input(const Pass& pass, const Value& input, const PackedMatrix& weights) {
    const Spikes* spikes = input.spikes();
    const bool fits = spikes != nullptr && spikes->shape()[0] == pass.steps && prefers_events(*spikes, weights);
    return fits ? spikes : nullptr;
}

}  // namespace bispike
