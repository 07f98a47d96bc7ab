// The health of neurons: which of them never fire, always fire, or fire alike whatever they see.
#pragma once

#include <string>
#include <vector>

#include "sim/io/hdf5.h"

namespace bispike {

/// Counts of one layer over traced images and all their steps. A neuron is in one of the three groups at most.
struct NeuronHealth {
    std::string layer;
    int64_t neurons = 0;
    int64_t dead = 0;       // never fire
    int64_t saturated = 0;  // fire at every step of every image
    int64_t constant = 0;   // fire sometimes, with the same spikes for every image; 0 where there is one image alone
};

/// Of all traced layers, in the order of the network.
std::vector<NeuronHealth> neuron_health(const hdf5::File& trace);

}  // namespace bispike
