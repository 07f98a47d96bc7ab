// The analytical memory-aware model.
//
// Source: Lemaire et al., "An analytical estimation of spiking neural networks energy efficiency", ICONIP 2022.
#include "sim/energy/memory_model.h"

#include <array>

namespace bispike {
namespace {

constexpr double kBytes = 4;  // of a number in memory

double size_of(int64_t numbers) { return kBytes * static_cast<double>(numbers); }

/// A layer whose inputs are numbers, `times` over.
MemoryEnergy dense_layer(const LayerFacts& f, double times, const MemoryPrices& p) {
    const auto macs = static_cast<double>(f.dense) * times, outputs = static_cast<double>(f.outputs) * times;
    const double weights = access_price(size_of(static_cast<int64_t>(f.weights)), p);
    MemoryEnergy e;
    e.operations = macs * (p.add + p.multiply) + (f.has_bias ? outputs * p.add : 0);
    e.inputs_outputs = macs * access_price(size_of(f.slots), p) + outputs * access_price(size_of(f.outputs), p);
    e.parameters = macs * weights + (f.has_bias ? outputs * weights : 0);
    e.bytes = kBytes * (2 * macs + (f.has_bias ? 2 : 1) * outputs);
    return e;
}

MemoryEnergy spiking_layer(const LayerFacts& f, const MeanStatistics& n, const MemoryPrices& p) {
    const double weights = access_price(size_of(static_cast<int64_t>(f.weights)), p);
    MemoryEnergy e;
    e.operations = n.executed * p.add + (f.has_bias ? n.outputs * p.add : 0);
    e.addressing = n.executed * p.add + (f.kind == "conv" ? 2 * n.level * (p.add + p.multiply) : 0);
    e.inputs_outputs = n.level * access_price(size_of(f.slots), p);
    e.parameters = n.executed * weights + (f.has_bias ? n.outputs * weights : 0);
    e.potentials = 2 * n.executed * access_price(size_of(f.outputs), p);
    e.bytes = kBytes * (n.level + 3 * n.executed + (f.has_bias ? n.outputs : 0));
    return e;
}

MemoryEnergy neurons(const LayerFacts& f, const MeanStatistics& n, const MemoryPrices& p) {
    const double access = access_price(size_of(f.slots), p);
    MemoryEnergy e;
    e.operations = n.updates * (p.add + p.multiply);
    e.potentials = 2 * n.updates * access;
    e.inputs_outputs = n.level * access;
    e.bytes = kBytes * (2 * n.updates + n.level);
    return e;
}

}  // namespace

double access_price(double bytes, const MemoryPrices& p) {
    const std::array<std::pair<double, double>, 4> points{
        {{0, 0}, {8 * 1024, p.sram_8kb}, {32 * 1024, p.sram_32kb}, {1024 * 1024, p.sram_1mb}}};
    for (size_t i = 1; i < points.size(); ++i) {
        const auto& [from, low] = points[i - 1];
        const auto& [to, high] = points[i];
        if (bytes <= to) return (low + (high - low) * (bytes - from) / (to - from)) * kBytes / p.access_bytes;
    }
    return p.sram_1mb * kBytes / p.access_bytes;
}

MemoryEnergy memory_energy(const UsedNetwork& network, int layer, const MemoryPrices& prices) {
    const LayerFacts& f = network.facts_of(layer);
    const MeanStatistics& n = network.mean_of(layer);
    if (f.part == Part::neuron) return neurons(f, n, prices);
    if (f.part != Part::synapse) return {};
    return f.signal == Signal::real ? dense_layer(f, n.steps, prices) : spiking_layer(f, n, prices);
}

MemoryEnergy artificial_memory_energy(const LayerFacts& f, const MemoryPrices& prices) {
    return f.part == Part::synapse ? dense_layer(f, 1, prices) : MemoryEnergy();
}

}  // namespace bispike
