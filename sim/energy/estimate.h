// The statistics of an image from firing rates alone, where there are no weights to run.
#pragma once

#include <map>
#include <string>

#include "sim/energy/convention.h"

namespace bispike {

/// Rates by layer of `facts`: of the input of a synapse, of the output of a neuron. Spikes are taken to fall anywhere
/// alike, those of q, k and v independently; a spike is one of level +1. A network whose weights are unknown has none
/// that is 0. Throws Error for a name that is no layer (with the nearest) and for a rate that is needed and missing:
/// those of synapses that spikes reach, and of the neurons whose spikes meet in attention. The spikes of a neuron whose
/// rate follows from nothing are not a number, and what depends on them is not either; pools cost nothing here.
UsedNetwork estimate(const NetworkFacts& facts, const std::map<std::string, double>& rates);

}  // namespace bispike
