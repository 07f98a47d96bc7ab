// Plain scalar neurons: the readable form beside the vectors of neuron-inl.h.
#pragma once

#include "sim/core/tensor.h"
#include "sim/net/neuron.h"
#include "sim/net/neuron_options.h"

namespace bispike {

using PlainCharge = std::function<float(float v, float x)>;

/// h = v + x
PlainCharge plain_integrate();
/// The leak with rate = 1/tau, with or without the input as `options.decay_input` says.
PlainCharge plain_leak(const LeakOptions& options, float rate);

/// Fires 0 or 1; a soft reset goes down by `drop`.
PlainNeuron plain_binary(const FireOptions& options, PlainCharge charge, float drop);
/// Fires -1, 0 or +1.
PlainNeuron plain_ternary(const FireOptions& options, PlainCharge charge, float drop);

/// What a plain run leaves behind.
struct PlainRun {
    Tensor h, s;  // [t, B, ..., C]
    Tensor v;     // [B, ..., C]
};

/// Runs currents x [t, B, ..., C] from the potential v [B, ..., C]; an empty v stands for rest.
PlainRun run_plain(const PlainNeuron& neuron, const Tensor& x, Tensor v = {});

}  // namespace bispike
