// Statistics from firing rates.
#include "sim/energy/estimate.h"

#include <cmath>
#include <limits>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace {

class Estimator {
public:
    Estimator(const NetworkFacts& facts, const std::map<std::string, double>& rates) : facts_(facts), rates_(rates) {}

    MeanStatistics operator()(const LayerFacts& f) const {
        MeanStatistics s;
        const auto steps = static_cast<double>(f.steps);
        s.steps = steps;
        s.slots = steps * static_cast<double>(f.slots), s.outputs = steps * static_cast<double>(f.outputs);
        s.dense = steps * static_cast<double>(f.dense), s.dense_padded = steps * static_cast<double>(f.dense_padded);
        if (f.part == Part::neuron) neuron(f, s);
        if (f.part == Part::synapse) synapse(f, s);
        if (f.part == Part::score) score(f, s);
        if (f.part == Part::mix) mix(f, s);
        if (f.part == Part::own) s.executed = s.events = s.reordered = s.dense;
        if (f.part == Part::token_sum) s.executed = needed(f.first) * needed(f.second) * s.dense;
        if (f.part == Part::head_sum) s.executed = needed(f.first) * s.dense;
        if (f.part == Part::token_sum || f.part == Part::head_sum) s.events = s.reordered = s.executed;
        if (f.shifts) s.shift = s.executed;
        return s;
    }

private:
    double needed(const LayerFacts& f) const {
        const auto found = rates_.find(f.name);
        if (found == rates_.end()) fail("the rate of `{}` is missing: the operations behind it depend on it", f.name);
        return found->second;
    }
    double needed(int layer) const { return needed(facts_.layers[static_cast<size_t>(layer)]); }
    bool is_spikes(int layer) const { return facts_.layers[static_cast<size_t>(layer)].part == Part::neuron; }
    double rate_of(int layer) const { return is_spikes(layer) ? needed(layer) : 1; }

    /// As given, or as that of the synapse which takes the spikes as they are. Without either nobody knows.
    double output_rate(const LayerFacts& neuron) const {
        if (const auto found = rates_.find(neuron.name); found != rates_.end()) return found->second;
        for (const LayerFacts& f : facts_.layers) {
            if (f.source < 0 || facts_.layers[static_cast<size_t>(f.source)].name != neuron.name) continue;
            if (const auto found = rates_.find(f.name); found != rates_.end()) return found->second;
        }
        return std::numeric_limits<double>::quiet_NaN();
    }

    void neuron(const LayerFacts& f, MeanStatistics& s) const {
        s.nonzero = s.level = output_rate(f) * s.slots;
        s.updates = s.slots, s.compares = s.slots * (f.signal == Signal::binary ? 1 : 2);
    }

    void synapse(const LayerFacts& f, MeanStatistics& s) const {
        const double rate = f.signal == Signal::real ? 1 : needed(f);
        s.nonzero = s.level = rate * s.slots;
        s.events = s.effective = s.executed = s.reordered = rate * s.dense;
    }

    void score(const LayerFacts& f, MeanStatistics& s) const {
        s.executed = rate_of(f.first) * rate_of(f.second) * s.dense;
        s.events = s.executed, s.reordered = f.reorders ? 0 : s.executed;
    }

    /// Weights are the scores, 0 where no channel met, or without exception not 0.
    void mix(const LayerFacts& f, MeanStatistics& s) const {
        const auto width = static_cast<double>(f.width);
        double used = 1;
        if (is_spikes(f.first)) {
            used = needed(f.first);
        } else if (f.reorders) {
            const LayerFacts& score = facts_.layers[static_cast<size_t>(f.partner)];
            const double q = needed(score.first), k = needed(score.second), v = needed(f.second);
            used = 1 - std::pow(1 - q * k, width);
            const auto sources = static_cast<double>(f.sources), tokens = static_cast<double>(f.tokens);
            const double pairs = static_cast<double>(f.steps * f.heads) * width * width;
            s.reordered = pairs * (sources * k * v + tokens * q * (1 - std::pow(1 - k * v, sources)));
        }
        s.nonzero = used * s.slots;
        s.executed = s.events = used * rate_of(f.second) * s.dense;
        if (!f.reorders) s.reordered = s.executed;
    }

    const NetworkFacts& facts_;
    const std::map<std::string, double>& rates_;
};

}  // namespace

UsedNetwork estimate(const NetworkFacts& facts, const std::map<std::string, double>& rates) {
    std::vector<std::string> names;
    for (const LayerFacts& f : facts.layers) names.push_back(f.name);
    for (const auto& [name, rate] : rates)
        if (facts.find(name) < 0)
            fail("layer `{}`: this network has none of that name (did you mean `{}`?)", name, nearest(name, names));
    UsedNetwork network{facts, {}};
    const Estimator estimator(facts, rates);
    for (const LayerFacts& f : facts.layers) network.layers.push_back(estimator(f));
    return network;
}

}  // namespace bispike
