// The results of one run: every figure that the screen, results.json and results.csv show. Keys: RESULTS.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/energy/prices.h"
#include "sim/report/accuracy.h"
#include "sim/report/activity.h"
#include "sim/report/provenance.h"

namespace bispike {

/// What rounding the weights did to the answers of the first images.
struct RoundingResults {
    uint64_t images = 0;
    double accuracy = 0, accuracy_float32 = 0;  // after the last step, of these images
};

/// What the caller knows about a run and the observers do not.
struct RunInfo {
    std::string network;                        // "spikingformer"
    std::string config;                         // the config file or model that was run
    std::string dataset;                        // "fashion_mnist, test"
    std::vector<std::string> class_names = {};  // [classes]; empty where they have none
    Provenance provenance;
    std::string answers_hash = {};  // see AnswersObserver
    uint64_t parameters = 0;        // trainable numbers of the network
    double seconds = 0;             // wall-clock time of the simulation; > 0
    std::string weights = "float32";
    std::optional<RoundingResults> rounding = std::nullopt;  // where the weights are others
};

/// Operations of one image, by kind: exact counts of the run divided by its images.
struct OperationsPerImage {
    double mac = 0, ac = 0, ac_bipolar = 0, ac_integer = 0;
    double synops = 0;  // the four above; shifts are listed on their own
    double shift = 0, updates = 0, dense = 0;
    double nonlinear = 0;  // of mac
};

/// Spikes of one layer, or of all neurons. The shares are empty where nothing could spike.
struct SpikeResults {
    SpikeCount count;
    std::optional<double> firing_rate;                       // spikes / slots
    std::optional<double> negative_share;                    // negative / spikes; empty without spikes
    std::vector<std::optional<double>> firing_rate_by_step;  // [T]
};

struct LayerResults {
    std::string name, kind, kernel;
    uint64_t event_calls = 0, dense_calls = 0;
    SpikeResults spikes;
    std::optional<double> input_density;  // nonzero share of the input, where it was spikes
    OperationsPerImage operations;
    Energy energy;  // [pJ] per image
};

struct RunResults {
    RunInfo info;
    EnergyPrices prices;
    AccuracyCounts correct;
    uint64_t images = 0;
    int timesteps = 0;
    double accuracy = 0;                   // after the last step
    Interval accuracy_interval;            // 95 %, Wilson
    std::vector<double> accuracy_by_step;  // [T]
    double images_per_second = 0;
    uint64_t peak_memory_bytes = 0;
    SpikeResults neurons;              // all layers of kind "neuron" together
    OperationsPerImage operations;     // all layers together
    Energy energy;                     // [pJ] per image
    std::vector<LayerResults> layers;  // in the order of their first call
};

/// Derives every figure from the exact counts. Throws Error for a run without images or without duration.
RunResults make_results(const RunInfo& info, const AccuracyCounts& correct, const std::vector<LayerActivity>& layers,
                        const EnergyPrices& prices);

}  // namespace bispike
