// Counting what synapses and pools take, and what neurons give.
#pragma once

#include "sim/energy/ledger.h"
#include "sim/grad/value.h"

namespace bispike {

/// The input of a synapse, [t, B, ...]: of a classifier after its mean over tokens.
void count_synapse(Ledger& ledger, int layer, const Value& input);
/// The input of a pool.
void count_pool(Ledger& ledger, int layer, const Value& input);
/// The output of a neuron.
void count_neuron(Ledger& ledger, int layer, const Spikes& output);

}  // namespace bispike
