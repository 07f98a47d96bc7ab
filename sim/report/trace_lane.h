// Gathering what the trace keeps of one lane: one batch of images through all its time steps.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/net/observer.h"
#include "sim/report/layer_glob.h"
#include "sim/report/trace.h"

namespace bispike {

/// The traced images of one lane, sample first, layers in the order of their calls.
struct TraceLane {
    std::vector<int64_t> samples;  // index in the data set of each traced image
    std::vector<int> labels;       // -1 where unknown
    int timesteps = 0;
    Tensor logits;                                       // [samples, T, classes]
    std::vector<uint8_t> pixels;                         // [samples, H, W, C]; empty where there are no pictures
    std::vector<std::pair<std::string, Spikes>> spikes;  // by layer, [samples, T, ..., C]
    std::vector<std::string> neurons;                    // the chosen layers of neurons
    std::vector<std::string> attention;                  // the chosen attention layers
    std::vector<std::string> energy = {};                // the chosen layers whose energy is there
    std::string energy_prices = {};                      // the table that it is counted at
    std::map<std::string, float> thresholds;             // of neurons; NaN where a layer's neurons differ in it
    std::vector<std::pair<std::string, Tensor>> arrays;  // by object ("/membrane/<layer>"), [samples, T, ...]
    std::vector<std::string> layers;                     // all that could be traced, chosen or not
};

/// Copies the chosen arrays of the chosen images out of the calls. Time may come in chunks.
class TraceProbe : public Probe {
public:
    TraceProbe(const TraceOptions& options, const Lane& lane);
    void begin_chunk(int first_step) override { first_step_ = first_step; }
    bool wants_potential(const std::string& layer) const override { return wants(Quantity::membrane, layer); }
    bool wants_input_current(const std::string& layer) const override { return wants(Quantity::current, layer); }
    bool wants_scores(const std::string& layer) const override;
    void on_call(const LayerCall& call) override;
    void on_result(const Tensor& logits_by_step) override;

    /// What was gathered; throws Error if a layer missed a step or the lane has no result.
    TraceLane take();

private:
    struct Progress {
        std::string what;
        int steps = 0;  // gathered so far
    };
    bool keeps(Quantity quantity) const { return options_->quantities.contains(quantity); }
    bool wants(Quantity quantity, const std::string& layer) const;
    void add_neurons(const LayerCall& call);
    void add_attention(const LayerCall& call);
    void add_spikes(const LayerCall& call);
    void add_array(const std::string& object, const Tensor& values);
    /// Notes that `shape` [t, B, ...] brings t further steps of `what`; throws Error if they do not follow.
    void advance(const std::string& what, const Shape& shape);
    /// Writes out for every step what came for the first one alone.
    void complete(const std::string& object, Tensor& values);
    /// The shape that gathers [t, B, ...]: [samples, T, ...].
    Shape gathered(const Shape& shape) const;
    /// Copies blocks of [t, B, block] to [samples, T, block].
    template <class T>
    void place(const T* from, T* to, int64_t block, int64_t steps) const;

    const TraceOptions* options_;
    LayerGlob glob_;
    TraceLane lane_;
    std::vector<int64_t> rows_;  // of the batch, that are traced
    int64_t batch_ = 0;
    int first_step_ = 0;
    std::vector<Progress> progress_;
    std::set<std::string> known_layers_;
};

}  // namespace bispike
