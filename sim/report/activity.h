// Activity: exact spike and operation counts of every layer.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "sim/energy/energy_observer.h"

namespace bispike {

/// Spikes in a number of slots. A slot is one neuron (or one element of a spiking output) at one time step.
struct SpikeCount {
    uint64_t slots = 0;
    uint64_t spikes = 0;    // slots that are not 0
    uint64_t negative = 0;  // slots below 0
    uint64_t level = 0;     // sum of |level|: equals `spikes` unless the spikes are integers

    SpikeCount& operator+=(const SpikeCount& o) {
        slots += o.slots, spikes += o.spikes, negative += o.negative, level += o.level;
        return *this;
    }
    bool operator==(const SpikeCount&) const = default;
};

/// What one layer did in a whole run.
struct LayerActivity {
    std::string name, kind;
    std::vector<SpikeCount> by_step;  // of the output, [T]; empty while the output never was spikes
    SpikeCount input;                 // of the input, where it was spikes
    OpCount operations;
    uint64_t event_calls = 0, dense_calls = 0;  // by the kernel that ran

    /// Sum over the steps.
    SpikeCount output() const;
    /// "event", "dense", "mixed", or "" where there was no choice of kernel.
    const char* kernel() const;
    /// Adds the counts of the same layer in another lane.
    void merge(const LayerActivity& other);
    bool operator==(const LayerActivity&) const = default;
};

/// Layers by name, in the order of their first call.
class ActivityTable {
public:
    /// The layer's row; a new one at its first call.
    LayerActivity& at(const std::string& name, const char* kind);
    std::vector<LayerActivity>& layers() { return layers_; }
    void merge(const ActivityTable& other);
    const std::vector<LayerActivity>& layers() const { return layers_; }

private:
    std::vector<LayerActivity> layers_;
    std::unordered_map<std::string, size_t> index_;
};

/// Sums over the run. The spike and operation counts are the same for any number of threads, batch size and chunk;
/// the calls of each kernel depend on batch and chunk. A value that stands for every step counts in its first one.
class ActivityObserver : public Observer {
public:
    ActivityObserver() = default;
    /// Beside an EnergyObserver of the same run: what that one counts is not counted again. After the run take() gets
    /// it.
    explicit ActivityObserver(const NetworkFacts& counted) : counted_(&counted) {}
    void take(const RunSums& sums);

    std::unique_ptr<Probe> open(const Lane& lane) override;
    void close(std::unique_ptr<Probe> probe) override;

    /// Throws Error when no layer was called.
    const std::vector<LayerActivity>& layers() const;

private:
    const NetworkFacts* counted_ = nullptr;  // null: everything is counted here
    ActivityTable table_;
};

}  // namespace bispike
