// One training run with its files: a checkpoint after each epoch, the log, and the model at the end.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "sim/report/accuracy.h"
#include "sim/report/training_json.h"
#include "sim/run/train.h"
#include "tools/data_source.h"
#include "tools/experiment.h"
#include "tools/flags.h"

namespace bispike {

/// Files in --output: config.ini, checkpoint.h5, train.log, model.h5 and, last, results.json. Call begin() or resume(),
/// then epoch() until done(), then finish().
class TrainingRun {
public:
    /// Loads the data and builds the model. Throws Error for what does not fit together.
    TrainingRun(Experiment& experiment, const CommonFlags& flags);

    void begin();
    /// Goes on from the checkpoint. Throws Error if it was made with another config.
    void resume();
    bool done() const { return trainer_.place().epoch >= experiment_.options.train.epochs; }
    /// One epoch, or what is left of it, and a validation. False if interrupted: then a checkpoint has been written.
    bool epoch();
    void finish();

    /// What the run is made of. After begin() or resume().
    Provenance provenance() const;
    std::string checkpoint_path() const { return flags_.output + "/checkpoint.h5"; }

private:
    using Clock = std::chrono::steady_clock;
    std::string log_path() const { return flags_.output + "/train.log"; }
    bool run_steps();
    bool save_early(Clock::time_point start);
    SimulateOptions validation() const;
    AccuracyCounts validate();
    std::string epoch_line(const AccuracyCounts& validation, double train_seconds) const;
    void keep_epoch(const AccuracyCounts& validation);
    TrainingResults results() const;
    void require_same_config(const std::map<std::string, std::string>& old) const;
    ModelFile about() const;
    ModelFile about_finished() const;
    void save();
    void say(const std::string& line);

    Experiment& experiment_;
    const CommonFlags& flags_;
    DataSource train_set_, test_set_;
    std::unique_ptr<Model> model_;
    Trainer trainer_;
    std::string log_;
    std::string epochs_;      // epoch_json of each, separated by commas
    std::string model_hash_;  // of the weights that the training began with
    double seconds_ = 0;      // of all sessions of this run
    int64_t steps_run_ = 0;   // in this session's part of the epoch
};

}  // namespace bispike
