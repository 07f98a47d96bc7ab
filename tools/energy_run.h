// Counting energy while a run goes on, and what came of it.
#pragma once

#include <vector>

#include "sim/energy/energy_observer.h"
#include "sim/energy/image_energies.h"
#include "sim/net/model.h"
#include "sim/report/energy_report.h"
#include "sim/report/trace.h"

namespace bispike {

/// The observer of one run, with all that a report needs of it.
class EnergyRun {
public:
    EnergyRun(NetworkFacts facts, uint64_t trained, std::vector<const Convention*> conventions,
              const PriceTable& prices);

    Observer& observer() { return counts_; }
    /// Hands the energy of the images that `trace` is of to it, where it wants that. Before the run; the trace's lanes
    /// are to be closed after those of observer().
    void show_images(TraceObserver& trace);
    const NetworkFacts& facts() const { return facts_; }
    const RunSums& sums() const { return counts_.sums(); }
    /// After the run. `source` needs neither images nor trained values. This must outlive the report.
    EnergyReport report(EnergySource source, uint64_t seed) const;

private:
    void add(const CountedImage& image);

    NetworkFacts facts_;
    uint64_t trained_;
    std::vector<const Convention*> conventions_;
    PriceTable prices_;
    ImageEnergies images_;
    EnergyObserver counts_;
    TraceObserver* trace_ = nullptr;
};

}  // namespace bispike
