// What a converted network loses, layer by layer and step by step.
#pragma once

#include <string>
#include <vector>

#include "sim/net/conversion.h"
#include "sim/net/model.h"
#include "sim/run/image_source.h"

namespace bispike {

/// The values of one layer against those of the artificial network: root of the sum of squared differences over all
/// images, over the root of the sum of squares.
struct LayerError {
    std::string layer, kind;      // as the converted network calls it: "neuron" for values that spikes stand for
    double quantised = 0;         // of the artificial network with its quantisers rounding
    std::vector<double> by_step;  // after conversion_steps() steps
};

/// 1, 2, 4, ... and `timesteps` itself.
std::vector<int> conversion_steps(int timesteps);

/// What the networks are compared on.
struct ConversionCheck {
    Model& ann;                 // quantised; comes back prepared for simulating
    const Model& snn;           // prepared for simulating
    Coding coding;              // of its spikes
    bool against_float = true;  // compare with the network whose quantisers let through; else with the quantised one
};

/// Every layer that both networks have by name and shape, in the order of the converted one. The first `count` images
/// of the source are taken.
std::vector<LayerError> conversion_errors(const ConversionCheck& check, const ImageSource& source, int64_t count);

}  // namespace bispike
