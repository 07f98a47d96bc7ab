// Making the neuron that the [neuron] section asks for.
#pragma once

#include "sim/net/registry.h"

namespace bispike {

/// The neuron model `neuron.model` at `scope`.
std::unique_ptr<Layer> make_neuron(const Scope& scope, NeuronRole role = {});
/// A given neuron model with the parameters of the [neuron] section (ternary queries beside binary hosts).
std::unique_ptr<Layer> make_neuron(const Scope& scope, const std::string& model, NeuronRole role = {});

}  // namespace bispike
