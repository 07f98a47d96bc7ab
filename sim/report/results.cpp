// From exact counts to the figures of a report.
#include "sim/report/results.h"

#include "sim/core/error.h"
#include "sim/report/memory.h"

namespace bispike {
namespace {

double share(uint64_t part, uint64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

std::optional<double> share_if_any(uint64_t part, uint64_t whole) {
    return whole == 0 ? std::nullopt : std::optional(share(part, whole));
}

SpikeResults spike_results(const std::vector<SpikeCount>& by_step, int timesteps) {
    SpikeResults r;
    r.firing_rate_by_step.resize(static_cast<size_t>(timesteps));
    if (by_step.size() > r.firing_rate_by_step.size())
        fail("spikes at {} time steps in a run of {}", by_step.size(), timesteps);
    for (size_t t = 0; t < by_step.size(); ++t) {
        r.count += by_step[t];
        r.firing_rate_by_step[t] = share_if_any(by_step[t].spikes, by_step[t].slots);
    }
    r.firing_rate = share_if_any(r.count.spikes, r.count.slots);
    r.negative_share = share_if_any(r.count.negative, r.count.spikes);
    return r;
}

SpikeResults neuron_results(const std::vector<LayerActivity>& layers, int timesteps) {
    std::vector<SpikeCount> by_step(static_cast<size_t>(timesteps));
    for (const LayerActivity& layer : layers)
        for (size_t t = 0; layer.kind == "neuron" && t < layer.by_step.size() && t < by_step.size(); ++t)
            by_step[t] += layer.by_step[t];
    return spike_results(by_step, timesteps);
}

OperationsPerImage per_image(const OpCount& n, uint64_t images) {
    return {.mac = share(n.mac, images),
            .ac = share(n.ac, images),
            .ac_bipolar = share(n.ac_bipolar, images),
            .ac_integer = share(n.ac_integer, images),
            .synops = share(n.synops(), images),
            .shift = share(n.shift, images),
            .updates = share(n.updates, images),
            .dense = share(n.dense, images),
            .nonlinear = share(n.nonlinear, images)};
}

LayerResults layer_results(const LayerActivity& layer, const RunResults& run) {
    return {.name = layer.name,
            .kind = layer.kind,
            .kernel = layer.kernel(),
            .event_calls = layer.event_calls,
            .dense_calls = layer.dense_calls,
            .spikes = spike_results(layer.by_step, run.timesteps),
            .input_density = share_if_any(layer.input.spikes, layer.input.slots),
            .operations = per_image(layer.operations, run.images),
            .energy = energy_per_image(layer.operations, run.images, run.prices)};
}

}  // namespace

RunResults make_results(const RunInfo& info, const AccuracyCounts& correct, const std::vector<LayerActivity>& layers,
                        const EnergyPrices& prices) {
    if (correct.images == 0) fail("no image was simulated; there are no results");
    if (!(info.seconds > 0)) fail("a run of {} seconds has no rate of images", info.seconds);
    require_prices(prices);
    RunResults r;
    r.info = info, r.prices = prices, r.correct = correct;
    r.images = correct.images;
    r.timesteps = correct.timesteps();
    for (const uint64_t n : correct.correct_by_step) r.accuracy_by_step.push_back(share(n, r.images));
    r.accuracy = share(correct.correct(), r.images);
    r.accuracy_interval = wilson_interval(correct.correct(), r.images);
    r.images_per_second = static_cast<double>(r.images) / info.seconds;
    r.peak_memory_bytes = peak_memory_bytes();
    r.neurons = neuron_results(layers, r.timesteps);
    OpCount all;
    for (const LayerActivity& layer : layers) {
        all += layer.operations;
        r.layers.push_back(layer_results(layer, r));
    }
    r.operations = per_image(all, r.images);
    r.energy = energy_per_image(all, r.images, prices);
    return r;
}

}  // namespace bispike
