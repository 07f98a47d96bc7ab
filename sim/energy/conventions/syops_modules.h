// syops-counter, in the form of its authors and in that of Spikingformer's copy.
#pragma once

#include "sim/energy/convention.h"

namespace bispike {

/// How often a call adds the bias of a linear map.
enum class LinearBias { once_a_call, once_a_step };

/// Dense operations of each module, padding with them: by the mean of an input in {0, 1}, else multiply-accumulates.
/// Normalisations by batch take two a value, activations one, neurons an accumulate, pools one a value. No products of
/// attention, no softmax, no layer norm.
inline Operations count_modules(const UsedNetwork& network, int layer, LinearBias bias) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    const auto by_input = [&](double all) {
        return f.signal == Signal::binary ? Operations{.ac = network.mean_level(layer) * all} : Operations{.mac = all};
    };
    if (f.part == Part::neuron) return {.ac = n.updates};
    if (f.kind == "activation") return {.mac = network.in_runs(layer, n.dense)};
    if (f.part == Part::pool) return by_input(network.in_runs(layer, n.slots));
    if (f.part != Part::synapse) return {};
    const double outputs = network.in_runs(layer, n.outputs);
    double all = network.in_runs(layer, n.dense_padded);
    if (f.has_bias && f.kind == "conv") all += outputs;
    if (f.has_bias && f.kind != "conv")
        all += static_cast<double>(f.outputs_of_input) * (bias == LinearBias::once_a_call ? 1 : network.runs(layer));
    Operations o = by_input(all);
    if (f.has_norm) o.mac += 2 * outputs;
    return o;
}

}  // namespace bispike
