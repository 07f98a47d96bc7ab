// The energy of a network under every convention: what the screen and the JSON file show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/energy/attribution.h"
#include "sim/energy/break_even.h"
#include "sim/energy/image_energies.h"
#include "sim/energy/memory_model.h"
#include "sim/energy/neurobench_metrics.h"
#include "sim/report/provenance.h"

namespace bispike {

/// What stood behind the counts.
struct EnergySource {
    std::string network;   // a config, a model file, or "spikingformer-8-512"
    std::string activity;  // "fashion_mnist, test", or the file of rates
    std::string version;
    uint64_t images = 0;   // 0: rates
    uint64_t trained = 0;  // parameters
    std::optional<double> accuracy = std::nullopt;
    std::optional<Provenance> provenance = std::nullopt;  // of a run
};

/// One convention on one network.
struct ConventionResults {
    const Convention* convention;
    std::vector<Operations> layers;  // of an image, as in NetworkFacts
    Operations all;
    double energy = 0;                     // [pJ] an image
    std::optional<MeanInterval> interval;  // 95 %, over images
    double with_shift[3] = {};             // [pJ] shifts in it, at the lowest, the usual and the highest price
};

struct EnergyReport {
    const NetworkFacts& facts;
    EnergySource source;
    PriceTable prices;
    UsedNetwork network;
    std::vector<ConventionResults> conventions;
    std::vector<BreakEven> break_even;
    std::vector<MemoryEnergy> memory, artificial_memory;  // by layer
    NeurobenchMetrics neurobench;
    const RunSums* sums = nullptr;                   // null: rates
    std::optional<Attribution> attribution = {};     // of a run
    std::vector<ImageEnergies::Class> classes = {};  // of a run
};

/// Everything that does not need single images.
EnergyReport make_energy_report(const EnergySource& source, UsedNetwork network,
                                const std::vector<const Convention*>& conventions, const PriceTable& prices);

/// Adds what a run tells beyond its means.
void add_run(EnergyReport& report, const RunSums& sums, const ImageEnergies& images, uint64_t seed);

}  // namespace bispike
