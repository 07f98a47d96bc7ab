// Bringing the neurons of an untrained network to a wanted firing rate, so that its speed can be measured.
#pragma once

#include <string>
#include <vector>

#include "sim/net/model.h"

namespace bispike {

/// The firing rate of one layer of neurons: spikes / slots.
struct LayerRate {
    std::string layer;
    double rate = 0;
    int64_t slots = 0;       // an image, over all steps
    double pooled_rate = 0;  // what the synapse behind it sees: the rate after pooling, or `rate` where nothing pools
};

/// Sets the normalisation of every synaptic layer: running statistics to what comes in, and the bias so that the
/// neuron which the layer feeds shows the synapse behind it spikes at `rate` in (0, 0.5], as near as it comes in a
/// bounded number of rounds: the rate after pooling where the spikes are pooled, so that `rate` is the share of the
/// dense operations that are done. Neurons without such a layer (after attention) fire as they will. `images` [B, H, W,
/// C]. Deterministic. Returns what came of it, in the order of the layers, and leaves the model prepared for
/// simulating.
std::vector<LayerRate> calibrate_rates(Model& model, const Tensor& images, double rate);

/// The rates of a model as it is, prepared for simulating.
std::vector<LayerRate> firing_rates(const Model& model, const Tensor& images);

/// Spikes over slots of all these layers.
double mean_rate(const std::vector<LayerRate>& layers);

}  // namespace bispike
