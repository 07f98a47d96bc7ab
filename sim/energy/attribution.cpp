// Energy by patch, step and head.
#include "sim/energy/attribution.h"

#include <algorithm>
#include <numeric>

namespace bispike {
namespace {

std::vector<double> priced(const std::vector<uint64_t>& counts, double price) {
    std::vector<double> energy;
    for (const uint64_t n : counts) energy.push_back(static_cast<double>(n) * price);
    return energy;
}

uint64_t sum_of(const std::vector<uint64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

/// The places of a layer's operations [T, H or 1, patches], each at `price`. What has no places is spread evenly.
std::vector<double> map_of(const LayerSums& s, size_t cells, bool is_placed, double price) {
    if (is_placed) return priced(s.by_head.empty() ? s.by_patch : s.by_head_patch, price);
    const size_t each = cells * std::max<size_t>(1, s.by_head.size());
    std::vector<double> map;
    for (const Statistics& step : s.by_step)
        map.insert(map.end(), each, static_cast<double>(step.executed) * price / static_cast<double>(each));
    return map;
}

}  // namespace

Attribution attribute(const NetworkFacts& facts, const RunSums& sums, const EnergyPrices& prices) {
    const auto cells = static_cast<size_t>(facts.grid.size()), steps = static_cast<size_t>(facts.timesteps);
    Attribution a{prices.name, facts.grid, std::vector<double>(steps * cells), std::vector<double>(steps), {}, {}};
    for (size_t i = 0; i < facts.layers.size(); ++i) {
        const LayerFacts& f = facts.layers[i];
        const LayerSums& s = sums.layers[i];
        auto& by_step = a.by_layer_step.emplace_back(steps);
        if (!f.operates()) continue;
        const double price =
            energy_of(booked(f.signal, 1), Priced::without_rest, prices) / static_cast<double>(sums.images);
        const bool is_placed = sum_of(s.by_patch) == s.all.executed;
        const Attribution::Layer& layer = a.layers.emplace_back(Attribution::Layer{
            f.name, f.heads, map_of(s, cells, is_placed, price), is_placed, priced(s.by_head, price)});
        for (size_t t = 0; t < steps; ++t) {
            by_step[t] = static_cast<double>(s.by_step[t].executed) * price;
            a.by_step[t] += by_step[t];
        }
        const size_t each = layer.map.size() / steps;  // of a step
        for (size_t k = 0; k < layer.map.size(); ++k) a.map[k / each * cells + k % cells] += layer.map[k];
    }
    return a;
}

}  // namespace bispike
