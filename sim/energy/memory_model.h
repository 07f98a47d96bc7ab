// The analytical model of Lemaire et al., which prices memory as well as arithmetic.
#pragma once

#include "sim/energy/convention.h"
#include "sim/energy/prices.h"

namespace bispike {

/// Energy of an image by what it is for. [pJ]
struct MemoryEnergy {
    double operations = 0, addressing = 0, inputs_outputs = 0, parameters = 0, potentials = 0;
    double bytes = 0;  // that moved between memory and arithmetic

    double total() const { return operations + addressing + inputs_outputs + parameters + potentials; }
    MemoryEnergy& operator+=(const MemoryEnergy& o) {
        operations += o.operations, addressing += o.addressing, inputs_outputs += o.inputs_outputs;
        parameters += o.parameters, potentials += o.potentials, bytes += o.bytes;
        return *this;
    }
};

/// An access to a memory of this many bytes: on straight lines through (0, 0) and the table's sizes, and no more than
/// the largest of them. [pJ]
double access_price(double bytes, const MemoryPrices& prices);

/// A layer of the spiking network. theta spikes that reach e synapses cost e additions, e weights read, e potentials
/// read and written, theta inputs read, and addressing: theta e / theta additions, in a convolution with two
/// multiplications a spike. Neurons read, leak and write each potential at each step and write their spikes. Layers
/// with real inputs are those of an artificial network. The model knows no attention: its products cost nothing here.
MemoryEnergy memory_energy(const UsedNetwork& network, int layer, const MemoryPrices& prices);

/// The same layer in an artificial network of the same shape: a multiplication, an input and a weight read for each
/// multiply-accumulate of one step, each output written.
MemoryEnergy artificial_memory_energy(const LayerFacts& layer, const MemoryPrices& prices);

}  // namespace bispike
