// What a layer computes, in plain numbers: for programs that write models in other formats.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "sim/core/spikes.h"
#include "sim/net/neuron_options.h"
#include "sim/ops/conv2d.h"
#include "sim/ops/pool.h"

namespace bispike {

/// What it does in words, for want of numbers; empty where the layer's kind says enough.
struct NoFacts {
    std::string words = {};
};

/// y = x W^T + b over channels.
struct LinearFacts {
    Tensor weight, bias;  // [out, in], [out]
};

/// The same of the mean over tokens, where the input has tokens.
struct HeadFacts {
    LinearFacts linear;
};

struct ConvFacts {
    ConvShape shape;
    Tensor weight, bias;  // [out, in / groups, ky, kx], [out]
};

/// Means over windows; the border counts as zeros.
struct AvgPoolFacts {
    PoolShape pool;
};

/// Fires and resets as `fire` says, and leaks towards fire.v_reset, where it also starts.
struct NeuronFacts {
    struct Leak {
        float rate;  // 1/tau [1/steps]
        bool decay_input;
    };
    SpikeKind spikes;
    FireOptions fire;
    std::optional<Leak> leak = {};  // none: integrates
};

using Facts = std::variant<NoFacts, LinearFacts, HeadFacts, ConvFacts, AvgPoolFacts, NeuronFacts>;

/// The facts of a neuron by its parameters.
inline Facts neuron_facts(SpikeKind spikes, const FireOptions& o) { return NeuronFacts{spikes, o}; }
inline Facts neuron_facts(SpikeKind spikes, const LeakOptions& o) {
    return NeuronFacts{spikes, o, NeuronFacts::Leak{1.0f / o.tau, o.decay_input}};
}
/// Of one with equations of its own.
template <class Params>
Facts neuron_facts(SpikeKind, const Params&) {
    return NoFacts{"a neuron with equations of its own"};
}

}  // namespace bispike
