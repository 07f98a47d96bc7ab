// The energy of a network under every convention.
#include "sim/report/energy_report.h"

namespace bispike {
namespace {

ConventionResults results_of(const Convention& c, const UsedNetwork& network, const EnergyPrices& prices) {
    ConventionResults r{&c, {}, {}, 0, std::nullopt};
    for (size_t i = 0; i < network.layers.size(); ++i) {
        r.layers.push_back(c.count(network, static_cast<int>(i)));
        r.all += r.layers.back();
    }
    r.energy = energy_of(r.all, c.priced, prices);
    const double without = r.energy - (c.priced == Priced::whole ? r.all.shift * prices.shift : 0);
    const double shift[] = {prices.shift_low, prices.shift, prices.shift_high};
    for (int i = 0; i < 3; ++i) r.with_shift[i] = without + r.all.shift * shift[i];
    return r;
}

}  // namespace

EnergyReport make_energy_report(const EnergySource& source, UsedNetwork network,
                                const std::vector<const Convention*>& conventions, const PriceTable& prices) {
    EnergyReport r{network.facts, source, prices, std::move(network), {}, {}, {}, {}, {}};
    for (const Convention* c : conventions) r.conventions.push_back(results_of(*c, r.network, prices.energy));
    r.break_even = break_even(r.network, prices);
    for (size_t i = 0; i < r.facts.layers.size(); ++i) {
        r.memory.push_back(memory_energy(r.network, static_cast<int>(i), prices.memory));
        r.artificial_memory.push_back(artificial_memory_energy(r.facts.layers[i], prices.memory));
    }
    r.neurobench = neurobench_metrics(r.network, source.trained);
    return r;
}

void add_run(EnergyReport& r, const RunSums& sums, const ImageEnergies& images, uint64_t seed) {
    r.sums = &sums;
    r.attribution = attribute(r.facts, sums, r.prices.energy);
    r.classes = images.classes();
    const std::vector<MeanInterval> intervals = images.intervals(seed);
    for (size_t i = 0; i < r.conventions.size(); ++i) r.conventions[i].interval = intervals[i];
}

}  // namespace bispike
