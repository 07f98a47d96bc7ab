// The conventions of other simulators.
#include "sim/net/neuron_preset.h"

namespace bispike {

void apply_preset(const std::string& preset, FireOptions& options) {
    if (preset == "spikingjelly") return;
    options.fire = "strict";
    if (preset == "snntorch") options.reset = "soft_next";
}

void apply_preset(const std::string& preset, LeakOptions& options) {
    apply_preset(preset, static_cast<FireOptions&>(options));
    if (preset == "snntorch") options.decay_input = false;
    if (preset == "norse") options.tau = 10.0f;
}

}  // namespace bispike
