// Ways of counting the operations of a network: each a function of the same statistics.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/energy/layer_facts.h"
#include "sim/energy/statistics.h"

namespace bispike {

/// Operations of an image. A convention books what it does not tell apart under `ac`.
struct Operations {
    double mac = 0, ac = 0, ac_bipolar = 0, ac_integer = 0, shift = 0;
    double bias = 0, compare = 0;  // additions of a bias, comparisons with a threshold

    double all_ac() const { return ac + ac_bipolar + ac_integer; }
    Operations& operator+=(const Operations& o) {
        mac += o.mac, ac += o.ac, ac_bipolar += o.ac_bipolar, ac_integer += o.ac_integer, shift += o.shift;
        bias += o.bias, compare += o.compare;
        return *this;
    }
};

/// What a convention is a function of: the layers, and an image on average (or one image, or an estimate of one).
struct UsedNetwork {
    const NetworkFacts& facts;
    std::vector<MeanStatistics> layers;  // as in NetworkFacts

    const LayerFacts& facts_of(int layer) const { return facts.layers[static_cast<size_t>(layer)]; }
    const MeanStatistics& mean_of(int layer) const { return layers[static_cast<size_t>(layer)]; }
    /// Of the spikes of a layer the share of slots that are not 0, and the mean of |level|. 1 where values are real.
    double rate(int layer) const;
    double mean_level(int layer) const;
    /// The same of what a layer gives to a product of attention.
    double operand_rate(int layer) const { return facts_of(layer).part == Part::neuron ? rate(layer) : 1; }
    double operand_mean_level(int layer) const { return facts_of(layer).part == Part::neuron ? mean_level(layer) : 1; }
    /// Whether spikes go into a product of attention, be it as q, k or v.
    bool has_spikes(int product) const;
    /// Times that a program which repeats a static image T times, and classifies once, runs a layer for an image.
    double runs(int layer) const { return facts_of(layer).is_classifier ? 1 : facts.timesteps; }
    /// The multiply-accumulates of a layer that books its own, without those of single values.
    double products(int layer) const {
        return mean_of(layer).dense - mean_of(layer).steps * static_cast<double>(facts_of(layer).nonlinear);
    }
    /// A sum over the steps in which the layer ran here, as a sum over those runs.
    double in_runs(int layer, double sum) const;
};

/// What is in the price of an operation count: without_rest leaves shifts, biases and comparisons beside the total.
enum class Priced { without_rest, whole };

struct Convention {
    std::string name, title;
    std::string differs;  // in one line: how, from `exact`
    std::string source;
    Operations (*count)(const UsedNetwork& network, int layer);
    Priced priced = Priced::without_rest;
};

/// All of them, in the order of sim/CMakeLists.txt: one word, one file in sim/energy/conventions.
std::span<const Convention> conventions();
/// Those of a list "exact, norse", or with "all" every one. Throws Error with the nearest name and all choices.
std::vector<const Convention*> find_conventions(const std::string& list);

/// All layers together.
Operations count_all(const Convention& convention, const UsedNetwork& network);
/// `executed` operations under the kind of their spikes, or as multiply-accumulates.
Operations booked(Signal signal, double executed);

}  // namespace bispike
