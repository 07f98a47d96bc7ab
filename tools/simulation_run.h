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
    /// Counts the energy under every convention too, in the same pass. Before prepare(). NIR graphs are not counted.
    void count_energy();
    /// energy.json of the run; empty where it was not counted.
    std::string energy() const;

private:
    int64_t images() const;
    std::optional<RoundingResults> rounding();

    Experiment& experiment_;
    DataSource data_;
    std::unique_ptr<Model> model_;
    EnergyPrices prices_;
    std::unique_ptr<EnergyRun> energy_;  // null: not counted
    double accuracy_ = 0;
};

}  // namespace bispike
