// How a network is converted: one method for all its layers.
#pragma once

#include "models/layers/spike_code.h"

namespace bispike {

/// The [network] keys of a converted network.
struct Spiking {
    std::string method;
    Conversion conversion;

    /// Neurons in the place of a quantiser.
    std::unique_ptr<SpikeCode> code(const Scope& scope, const CodedValues& values) const;
    Coding coding() const { return conversion.coding; }
};

/// Reads network.method. Throws Error for a method that there is not.
Spiking read_spiking(const Scope& scope);

}  // namespace bispike
