// The health of neurons.
#include "sim/report/neuron_health.h"

#include <optional>

#include "sim/report/trace_reader.h"

namespace bispike {
namespace {

/// Looks at one image of a layer after the other.
class Watch {
public:
    explicit Watch(int64_t neurons) : fired_(static_cast<size_t>(neurons)), varies_(fired_.size()) {}

    /// spikes [1, T, ..., C]
    void see(const Spikes& spikes) {
        std::vector<int> values;
        values.reserve(static_cast<size_t>(spikes.rows() * spikes.channels()));
        for (int64_t row = 0; row < spikes.rows(); ++row)
            for (int64_t c = 0; c < spikes.channels(); ++c) values.push_back(spikes.value(row, c));
        if (images_++ == 0) first_ = values;
        for (size_t i = 0; i < values.size(); ++i) {
            fired_[i % fired_.size()] += values[i] != 0;
            if (values[i] != first_[i]) varies_[i % fired_.size()] = true;
        }
    }
    NeuronHealth result(const std::string& layer) const {
        const auto slots = static_cast<int64_t>(first_.size() / fired_.size()) * images_;  // of a neuron
        NeuronHealth health{.layer = layer, .neurons = static_cast<int64_t>(fired_.size())};
        for (size_t n = 0; n < fired_.size(); ++n)
            if (fired_[n] == 0)
                ++health.dead;
            else if (fired_[n] == slots)
                ++health.saturated;
            else if (images_ > 1 && !varies_[n])
                ++health.constant;
        return health;
    }

private:
    int64_t images_ = 0;
    std::vector<int> first_;      // spikes of the first image [T, neurons]
    std::vector<int64_t> fired_;  // slots of each neuron
    std::vector<bool> varies_;
};

}  // namespace

std::vector<NeuronHealth> neuron_health(const hdf5::File& trace) {
    const auto images = static_cast<int64_t>(trace.read<int64_t>("/samples/index").size());
    std::vector<NeuronHealth> all;
    for (const std::string& layer : traced_layers(trace)) {
        std::optional<Watch> watch;
        for (int64_t place = 0; place < images; ++place) {
            const Spikes spikes = traced_spikes(trace, layer, place, 1);
            if (!watch) watch.emplace(spikes.shape().size() / spikes.shape()[1]);
            watch->see(spikes);
        }
        if (watch) all.push_back(watch->result(layer));
    }
    return all;
}

}  // namespace bispike
