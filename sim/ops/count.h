// Exact operation counts: integers, summed over a call. `report/` prices them; nothing here knows a joule.
#pragma once

#include <cstdint>

namespace bispike {

/// What one call of an operation did. Padding taps and absent spikes are not counted; zero weights are.
struct OpCount {
    uint64_t mac = 0;         // multiply-accumulates: a real value times a real weight
    uint64_t ac = 0;          // accumulates caused by spikes in {0, 1}
    uint64_t ac_bipolar = 0;  // accumulates caused by spikes in {-1, 0, +1}
    uint64_t ac_integer = 0;  // accumulates caused by integer spikes: a level n counts n times
    uint64_t shift = 0;       // arithmetic shifts (Shiftmax weights)
    uint64_t updates = 0;     // neuron updates: one a neuron and step
    uint64_t dense = 0;       // multiply-accumulates that a dense machine would do for the same call

    /// Synaptic operations: everything that moves a value across a synapse (shifts are listed on their own).
    uint64_t synops() const { return mac + ac + ac_bipolar + ac_integer; }

    OpCount& operator+=(const OpCount& o) {
        mac += o.mac, ac += o.ac, ac_bipolar += o.ac_bipolar, ac_integer += o.ac_integer;
        shift += o.shift, updates += o.updates, dense += o.dense;
        return *this;
    }
    bool operator==(const OpCount&) const = default;
};

}  // namespace bispike
