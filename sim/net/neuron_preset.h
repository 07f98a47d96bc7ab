// The conventions of other simulators, as defaults that every key of the [neuron] section can still change.
#pragma once

#include <concepts>

#include "sim/core/error.h"
#include "sim/core/settings.h"
#include "sim/net/neuron_options.h"

namespace bispike {

/// Whose conventions a neuron starts from.
///
///   spikingjelly   fires at the threshold, hard reset, h = v + (x - v)/tau, tau = 2 (LIFNode)
///   snntorch       fires above it, h = v(1 - 1/tau) + x, and the threshold is taken off at the next step (Leaky with
///                  beta = 1 - 1/tau and reset by subtraction); the drop is made before the leak, threshold / beta
///   norse          fires above it, hard reset, h = v + (x - v)/tau, tau = 10 steps: 10 ms in steps of 1 ms (LIFBox)
///   nir            fires above it, hard reset, h = v + (x - v)/tau with r = 1: LIF by a step of Euler
struct NeuronPreset {
    std::string preset = "spikingjelly";
    static constexpr auto fields() {
        return std::tuple(field("preset", &NeuronPreset::preset, "spikingjelly | snntorch | norse | nir",
                                "whose conventions the other keys of this section start from"));
    }
};

void apply_preset(const std::string& preset, FireOptions& options);
void apply_preset(const std::string& preset, LeakOptions& options);

/// The defaults of a neuron under the preset of the [neuron] section. Throws Error where a neuron with conventions of
/// its own is asked to take others.
template <class Params>
Params preset_params(Settings& settings) {
    const std::string preset = settings.read<NeuronPreset>("neuron").preset;
    Params params;
    if constexpr (std::derived_from<Params, FireOptions>) {
        apply_preset(preset, params);
    } else if (preset != NeuronPreset().preset) {
        fail("neuron.preset = {}: this neuron knows no conventions but its own", preset);
    }
    return params;
}

}  // namespace bispike
