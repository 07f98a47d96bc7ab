// Counting what synapses and pools take, and what neurons give.
#pragma once

#include "sim/energy/ledger.h"
#include "sim/energy/spike_rows.h"
#include "sim/grad/value.h"

namespace bispike {

class InputCounter {
public:
    explicit InputCounter(Ledger& ledger) : ledger_(ledger) {}
    /// The input of a synapse, [t, B, ...]: of a classifier after its mean over tokens.
    void synapse(int layer, const Value& input);
    /// The input of a pool.
    void pool(int layer, const Value& input);
    /// The output of a neuron.
    void neuron(int layer, const Value& output);

private:
    const SpikeRows& rows_of(const Value& x);

    Ledger& ledger_;
    Value last_;      // spikes are counted once for the neuron that gave them and the synapses that take them
    SpikeRows rows_;  // of those
};

}  // namespace bispike
