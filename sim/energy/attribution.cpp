// Energy by patch, step and head.
#include "sim/energy/attribution.h"

#include <numeric>

namespace bispike {
namespace {

bool has_operations(const LayerFacts& f) {
    return f.part != Part::neuron && f.part != Part::pool && f.part != Part::other;
}

std::vector<double> priced(const std::vector<uint64_t>& counts, double price) {
    std::vector<double> energy;
    for (const uint64_t n : counts) energy.push_back(static_cast<double>(n) * price);
    return energy;
}

uint64_t sum_of(const std::vector<uint64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

}  // namespace

Attribution attribute(const NetworkFacts& facts, const RunSums& sums, const EnergyPrices& prices) {
    const auto cells = static_cast<size_t>(facts.grid.size()), steps = static_cast<size_t>(facts.timesteps);
    Attribution a{facts.grid, std::vector<double>(steps * cells), std::vector<double>(steps), {}, {}};
    for (size_t i = 0; i < facts.layers.size(); ++i) {
        const LayerFacts& f = facts.layers[i];
        const LayerSums& s = sums.layers[i];
        auto& layer = a.by_layer_step.emplace_back(steps);
        if (!has_operations(f)) continue;
        const double price =
            energy_of(booked(f.signal, 1), Priced::without_rest, prices) / static_cast<double>(sums.images);
        const bool placed = sum_of(s.by_patch) == s.all.executed;
        for (size_t t = 0; t < steps; ++t) {
            layer[t] = static_cast<double>(s.by_step[t].executed) * price;
            a.by_step[t] += layer[t];
            for (size_t p = 0; p < cells; ++p)
                a.map[t * cells + p] += placed ? static_cast<double>(s.by_patch[t * cells + p]) * price
                                               : layer[t] / static_cast<double>(cells);
        }
        if (f.heads == 0) continue;
        a.products.push_back({f.name, priced(s.by_head, price), {}});
        if (placed && sum_of(s.by_head_patch) == s.all.executed) a.products.back().map = priced(s.by_head_patch, price);
    }
    return a;
}

}  // namespace bispike
