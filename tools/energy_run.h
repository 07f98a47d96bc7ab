// Counting energy while a run goes on, and what came of it.
#pragma once

#include <vector>

#include "sim/energy/energy_observer.h"
#include "sim/energy/image_energies.h"
#include "sim/net/model.h"
#include "sim/report/energy_report.h"

namespace bispike {

/// The observer of one run, with all that a report needs of it. Make it before the model is prepared: what layers are
/// is read from their weights.
class EnergyRun {
public:
    EnergyRun(Model& model, std::vector<const Convention*> conventions, const PriceTable& prices);

    Observer& observer() { return counts_; }
    /// After the run. `source` needs neither images nor trained values. This must outlive the report.
    EnergyReport report(EnergySource source, uint64_t seed) const;

private:
    NetworkFacts facts_;
    uint64_t trained_;
    std::vector<const Convention*> conventions_;
    PriceTable prices_;
    ImageEnergies images_;
    EnergyObserver counts_;
};

}  // namespace bispike
