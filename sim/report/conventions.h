// How operations are counted and priced, in words: a figure without them says nothing.
#pragma once

namespace bispike {

inline constexpr const char* kSynopsConvention =
    "exact: spikes that occurred times the synapses that they reached; padding not counted, zero weights counted; "
    "mac + ac + ac_bipolar + ac_integer; a mac for each value of a norm that stands alone, an activation, a softmax or "
    "another division of scores (nonlinear); shifts and neuron updates not included; not counted: residual adds, "
    "pooling, means; phase encoding gives real values: mac at every step, zeros too; shift: real V under shiftmax (to "
    "spiked V it adds powers of two: accumulates), spikes of 2^k";

inline constexpr const char* kEnergyConvention =
    "count times price; first analog layer as mac; attention counted; bipolar spikes as ac_bipolar; shifts, neuron "
    "updates and memory traffic not included; shift energy listed on its own";

}  // namespace bispike
