// Firing rates by way of the normalisations.
#include "sim/run/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include "sim/core/error.h"
#include "sim/run/simulate.h"

namespace bispike {
namespace {

constexpr int kMostRounds = 150;
constexpr int kAtOnce = 4;         // layers that one round corrects: what they do moves all layers behind them
constexpr double kClose = 0.03;    // of the rate
constexpr double kEpsilon = 1e-5;  // of the normalisation, added to variances
constexpr double kDamping = 0.7;   // of each correction: what comes before a layer moves too

/// The value that a standard normal variable exceeds with probability p, by bisection.
double upper_quantile(double p) {
    double low = -8, high = 8;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(middle / std::sqrt(2.0)) / 2 > p ? low : high) = middle;
    }
    return low;
}

struct Synapse {
    std::string name;
    std::vector<double> mean, variance;  // [C], of the output
    int feeds = -1;                      // the neuron that is called next; -1: none, or one that has its own
};

/// What one pass showed: synaptic layers with their outputs, neurons with their rates.
class RateProbe : public Probe {
public:
    explicit RateProbe(int64_t images) : images_(images) {}
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_currents(const std::string&) const override { return true; }
    void on_result(const Tensor&) override {}
    void on_call(const LayerCall& call) override {
        const std::string_view kind = call.kind;
        if (kind == "linear" || kind == "conv") add_synapse(call);
        if (kind == "neuron") add_neuron(call);
        if (kind == "pool" && last_is_neuron_ && call.output.spikes())
            neurons.back().pooled_rate = call.output.spikes()->density();
        last_is_neuron_ = kind == "neuron";
        last_is_mix_ = kind == "mix";
    }
    std::vector<Synapse> synapses;
    std::vector<LayerRate> neurons;

private:
    void add_synapse(const LayerCall& call) {
        const Tensor y = call.output.dense();
        const auto channels = static_cast<size_t>(y.channels());
        Synapse s{call.name, std::vector<double>(channels), std::vector<double>(channels), -1};
        const auto rows = static_cast<double>(y.rows());
        for (int64_t r = 0; r < y.rows(); ++r)
            for (size_t c = 0; c < channels; ++c) s.mean[c] += y.row(r)[c] / rows;
        for (int64_t r = 0; r < y.rows(); ++r)
            for (size_t c = 0; c < channels; ++c) s.variance[c] += std::pow(y.row(r)[c] - s.mean[c], 2) / rows;
        synapses.push_back(std::move(s));
    }
    void add_neuron(const LayerCall& call) {
        const Spikes& out = *call.output.spikes();
        if (!last_is_mix_ && !synapses.empty() && synapses.back().feeds < 0)
            synapses.back().feeds = static_cast<int>(neurons.size());
        neurons.push_back({call.name, out.density(), out.size() / images_, out.density()});
    }

    int64_t images_;
    bool last_is_mix_ = false, last_is_neuron_ = false;
};

RateProbe look(const Model& model, const Tensor& images) {
    RateProbe probe(images.shape()[0]);
    Probe* const probes[] = {&probe};
    std::vector<int64_t> samples(static_cast<size_t>(images.shape()[0]));
    std::iota(samples.begin(), samples.end(), int64_t{0});
    simulate_batch(model, images, samples, {}, probes);
    return probe;
}

struct Norm {
    Tensor &weight, &bias, &mean, &variance;  // [C]
};

Tensor& value_of(ParameterList& parameters, const std::string& name) {
    Parameter* const found = parameters.find(name);
    if (found == nullptr) fail("cannot bring neurons to a rate: there is no `{}`", name);
    return found->value;
}

Norm norm_of(ParameterList& parameters, const std::string& layer) {
    const std::string norm = layer + ".norm.";
    return {value_of(parameters, norm + "weight"), value_of(parameters, norm + "bias"),
            value_of(parameters, norm + "running_mean"), value_of(parameters, norm + "running_var")};
}

/// Statistics of the normalisation's input from those of its output y = weight (x - mean) / sqrt(variance) + bias.
void take_statistics(const Norm& norm, const Synapse& synapse) {
    for (int64_t c = 0; c < norm.mean.size(); ++c) {
        const auto i = static_cast<size_t>(c);
        const double scale = norm.weight[c] / std::sqrt(norm.variance[c] + kEpsilon);
        norm.mean[c] += static_cast<float>((synapse.mean[i] - norm.bias[c]) / scale);
        norm.variance[c] = static_cast<float>(synapse.variance[i] / (scale * scale));
    }
}

/// What to add to the bias of a neuron's currents, which have variance 1; 0 where its rate is close enough.
double shift_for(const LayerRate& neuron, double rate) {
    if (std::abs(neuron.pooled_rate - rate) <= kClose * rate) return 0;
    const double now = std::clamp(neuron.rate, 1e-4, 0.9), pooled = std::clamp(neuron.pooled_rate, 1e-4, 0.9);
    return kDamping * (upper_quantile(now) - upper_quantile(std::clamp(now * rate / pooled, 1e-4, 0.9)));
}

/// Takes the statistics of all layers, and corrects the first ones whose neurons are off. Returns whether there are
/// any.
bool correct(ParameterList& parameters, const RateProbe& seen, double rate) {
    int corrected = 0;
    for (const Synapse& synapse : seen.synapses) {
        const Norm norm = norm_of(parameters, synapse.name);
        take_statistics(norm, synapse);
        if (synapse.feeds < 0 || corrected == kAtOnce) continue;
        const double shift = shift_for(seen.neurons[static_cast<size_t>(synapse.feeds)], rate);
        if (shift == 0) continue;
        for (float& b : norm.bias.values()) b += static_cast<float>(shift);
        ++corrected;
    }
    return corrected > 0;
}

}  // namespace

std::vector<LayerRate> calibrate_rates(Model& model, const Tensor& images, double rate) {
    if (!(rate > 0 && rate <= 0.5)) fail("a firing rate of {}: give one above 0 and up to 0.5", rate);
    for (int round = 0; round < kMostRounds; ++round) {
        model.prepare(Purpose::simulate);
        if (!correct(model.parameters(), look(model, images), rate)) break;
    }
    model.prepare(Purpose::simulate);
    return firing_rates(model, images);
}

std::vector<LayerRate> firing_rates(const Model& model, const Tensor& images) { return look(model, images).neurons; }

double mean_rate(const std::vector<LayerRate>& layers) {
    double spikes = 0, slots = 0;
    for (const LayerRate& l : layers)
        spikes += l.rate * static_cast<double>(l.slots), slots += static_cast<double>(l.slots);
    return slots > 0 ? spikes / slots : 0;
}

}  // namespace bispike
