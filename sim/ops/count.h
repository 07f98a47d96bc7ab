// Exact operation counts: integers, summed over a call. `report/` prices them; nothing here knows a joule.
#pragma once

#include <cstdint>

namespace bispike {

/// What one call of an operation did. Padding taps and absent spikes are not counted; zero weights are.
struct OpCount {
    uint64_t mac = 0;         // multiply-accumulates: a real value times a real weight; and those of `nonlinear`
    uint64_t ac = 0;          // accumulates caused by spikes in {0, 1}
    uint64_t ac_bipolar = 0;  // accumulates caused by spikes in {-1, 0, +1}
    uint64_t ac_integer = 0;  // accumulates caused by integer spikes: a level n counts n times, +-2^k once, shifted
    uint64_t shift = 0;       // arithmetic shifts (Shiftmax weights, spikes of +-2^k)
    uint64_t updates = 0;     // neuron updates: one a neuron and step
    uint64_t dense = 0;       // multiply-accumulates that a dense machine would do for the same call
    uint64_t nonlinear = 0;   // of `mac`: one for each value of a normalisation, an activation or a softmax

    /// Everything that moves a value across a synapse or makes another of it (shifts are listed on their own).
    uint64_t synops() const { return mac + ac + ac_bipolar + ac_integer; }

    OpCount& operator+=(const OpCount& o) {
        mac += o.mac, ac += o.ac, ac_bipolar += o.ac_bipolar, ac_integer += o.ac_integer;
        shift += o.shift, updates += o.updates, dense += o.dense, nonlinear += o.nonlinear;
        return *this;
    }
    bool operator==(const OpCount&) const = default;
};

inline OpCount operator+(OpCount a, const OpCount& b) { return a += b; }

/// What a normalisation that stands alone, an activation or a softmax takes for so many values.
inline OpCount nonlinear_count(int64_t values) {
    const auto n = static_cast<uint64_t>(values);
    return {.mac = n, .dense = n, .nonlinear = n};
}

}  // namespace bispike
