// One simulation of an experiment over its test data: what `simulate` reports and `verify` repeats.
#pragma once

#include <memory>

#include "sim/report/progress.h"
#include "sim/report/results.h"
#include "sim/report/trace.h"
#include "tools/data_source.h"
#include "tools/energy_run.h"
#include "tools/experiment.h"

namespace bispike {

class SimulationRun {
public:
    /// Loads the data and builds the model. Throws Error for what does not fit together.
    explicit SimulationRun(Experiment& experiment);

    /// Derives what simulating needs from the weights. Throws Error where settings contradict each other.
    void prepare() { model_->prepare(experiment_.options.simulate.purpose()); }
    const DataSource& data() const { return data_; }
    /// Labels of the images that are run.
    std::vector<int> labels() const;
    /// What the run is made of. Reads the weights and the data once more.
    Provenance provenance() const;
    /// Takes the images through the prepared model. `trace` may be null; it is finished. Throws Error if interrupted.
    RunResults run(const Provenance& provenance, TraceObserver* trace, const ProgressSink& sink);
    /// Counts the energy too, in the same pass, at the experiment's prices. Before prepare().
    void count_energy(std::vector<const Convention*> conventions);
    bool counts_energy() const { return energy_ != nullptr; }
    /// What was counted. After run(); this must outlive it.
    EnergyReport energy() const;

private:
    int64_t images() const;
    std::optional<RoundingResults> rounding();

    Experiment& experiment_;
    DataSource data_;
    std::unique_ptr<Model> model_;
    PriceTable prices_;
    std::unique_ptr<EnergyRun> energy_;  // null: not counted
    EnergySource source_;                // of energy(), after run()
};

}  // namespace bispike
