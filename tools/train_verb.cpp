// `bispike train CONFIG`: epochs of training, each followed by a validation and a checkpoint.
#include "tools/train_verb.h"

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "sim/io/checkpoint.h"
#include "sim/report/accuracy.h"
#include "sim/report/progress.h"
#include "sim/run/interrupt.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/version.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// A training run with its files: checkpoint.h5 (each epoch), model.h5 (at the end), train.log.
class Run {
public:
    Run(Experiment& experiment, const CommonFlags& flags)
        : experiment_(experiment),
          flags_(flags),
          train_set_(load_image_set(experiment.options.data.set, Split::train)),
          test_set_(load_image_set(experiment.options.data.set, Split::test)),
          model_(experiment.make_model(train_set_.spec)),
          trainer_(*model_, source(), experiment.options.train, experiment.options.adamw, experiment.options.schedule) {
        require_valid(experiment.options.augment, train_set_.spec);
    }

    const Experiment& experiment() const { return experiment_; }

    void resume() {
        const Checkpoint c = read_checkpoint(checkpoint_path());
        if (c.model.settings != resolved())
            fail("{} was made with another config: {}", checkpoint_path(), first_difference(c.model.settings));
        load_weights(c.model, model_->parameters());
        model_->prepare(Purpose::train);
        load_moments(c);
        trainer_.optimiser().set_steps(c.counters.at("optimiser_steps"));
        trainer_.resume_at({c.counters.at("epoch"), c.counters.at("step"), c.figures.at("loss"), c.counters.at("correct"), c.counters.at("images")});
        log_ = c.words.at("log");
        seconds_ = c.figures.at("seconds");
        say(fmt::format("resumed at epoch {} step {}", trainer_.place().epoch, trainer_.place().step));
    }

    bool done() const { return trainer_.place().epoch >= experiment_.options.train.epochs; }

    void begin() {
        make_output_folder(flags_);
        say(fmt::format("{}\nconfig {}, data {} ({} train, {} test images), {} trained parameters, {} threads", version_text(), experiment_.path,
                        train_set_.name, train_set_.size(), test_set_.size(), model_->parameters().trained_values(), thread_count()));
    }

    /// One epoch, or what is left of it. False if interrupted: then a checkpoint has been written.
    bool epoch() {
        const auto start = Clock::now();
        if (!run_steps()) return save_early(start);
        const TrainPlace place = trainer_.place();
        const float rate = trainer_.learning_rate();
        const double train_seconds = seconds_since(start);
        const AccuracyCounts validation = validate();
        if (interrupted()) return save_early(start);  // the validation may have stopped half-way
        seconds_ += seconds_since(start);
        const auto images = static_cast<double>(place.images);
        say(fmt::format("epoch {:3}  loss {:.4f}  train {:5.2f} %  test {:5.2f} %  lr {:.2e}  |g| {:.3f}  {:.0f} images/s  {:.0f} s", place.epoch + 1,
                        place.loss / images, 100.0 * static_cast<double>(place.correct) / images,
                        100.0 * static_cast<double>(validation.correct()) / static_cast<double>(validation.images), rate, trainer_.gradient_norm(),
                        static_cast<double>(experiment_.options.train.batch) * steps_run_ / train_seconds, seconds_));
        trainer_.end_epoch();
        save();
        return true;
    }

    void finish() {
        say(fmt::format("trained in {:.0f} s; model: {}", seconds_, model_path()));
        save_model(model_path(), model_->parameters(), about());
        write_file(log_path(), log_);
    }

    std::string checkpoint_path() const { return flags_.output + "/checkpoint.h5"; }
    std::string model_path() const { return flags_.output + "/model.h5"; }
    std::string log_path() const { return flags_.output + "/train.log"; }

private:
    TrainingSource source() {
        return {train_set_.size(), [this](std::span<const int64_t> samples, int64_t epoch) {
                    TrainingBatch b = make_training_batch(train_set_, samples, epoch, static_cast<uint64_t>(experiment_.options.train.seed),
                                                          experiment_.options.augment);
                    return LabelledImages{std::move(b.images), std::move(b.targets)};
                }};
    }

    bool run_steps() {
        const int64_t steps = trainer_.steps_per_epoch();
        Progress progress(fmt::format("epoch {}/{}", trainer_.place().epoch + 1, experiment_.options.train.epochs),
                          (steps - trainer_.place().step) * experiment_.options.train.batch, flags_.sink());
        steps_run_ = 0;
        while (!trainer_.epoch_done()) {
            trainer_.step();
            ++steps_run_;
            progress.add(experiment_.options.train.batch);
            if (interrupted()) return false;
        }
        return true;
    }

    /// Saves in the middle of an epoch. False, as epoch() returns then.
    bool save_early(Clock::time_point start) {
        seconds_ += seconds_since(start);
        save();
        return false;
    }

    AccuracyCounts validate() {
        model_->prepare(Purpose::simulate);
        AccuracyObserver accuracy;
        Observer* observers[] = {&accuracy};
        Progress progress("validate", test_set_.size(), flags_.sink());
        SimulateOptions options = experiment_.options.simulate;
        options.images = 0;
        simulate(*model_, image_source(test_set_), options, observers, [&](int64_t done) { progress.update(done); });
        model_->prepare(Purpose::train);
        return accuracy.counts();
    }

    /// The config that decides the weights: what only simulating reads may change between runs.
    std::map<std::string, std::string> resolved() const {
        std::map<std::string, std::string> all = experiment_.settings.resolved();
        std::erase_if(all, [](const auto& entry) { return entry.first.starts_with("simulate.") || entry.first.starts_with("energy."); });
        return all;
    }

    std::string first_difference(const std::map<std::string, std::string>& old) const {
        for (const auto& [key, value] : resolved()) {
            const auto found = old.find(key);
            if (found == old.end() || found->second != value)
                return fmt::format("{} was `{}`, is now `{}`", key, found == old.end() ? "absent" : found->second,
                                   value);
        }
        return "it has keys that are absent now";
    }

    ModelFile about() const {
        ModelFile file;
        file.settings = resolved();
        file.class_names = train_set_.class_names;
        file.provenance = {{"program", version_text()}, {"config", experiment_.path}, {"data", train_set_.name}, {"log", log_}};
        return file;
    }

    NamedTensors moments() {
        NamedTensors all;
        for (const Parameter& p : model_->parameters()) {
            if (p.role == Role::buffer) continue;
            all.emplace_back("first." + p.name, trainer_.optimiser().first()[p]);
            all.emplace_back("second." + p.name, trainer_.optimiser().second()[p]);
        }
        return all;
    }

    void load_moments(const Checkpoint& c) {
        std::map<std::string, const Tensor*> saved;
        for (const auto& [name, tensor] : c.optimiser) saved[name] = &tensor;
        for (const Parameter& p : model_->parameters()) {
            if (p.role == Role::buffer) continue;
            for (const auto& [prefix, sums] : {std::pair("first.", &trainer_.optimiser().first()), std::pair("second.", &trainer_.optimiser().second())}) {
                const auto found = saved.find(prefix + p.name);
                if (found == saved.end()) fail("{} lacks the optimiser's tensor {}{}", checkpoint_path(), prefix, p.name);
                require_shape(found->second->shape(), p.value.shape(), found->first.c_str());
                (*sums)[p] = *found->second;
            }
        }
    }

    void save() {
        const TrainPlace& p = trainer_.place();
        Checkpoint c;
        c.model = about();
        c.model.weights = weights_of(model_->parameters());
        c.optimiser = moments();
        c.counters = {{"epoch", p.epoch}, {"step", p.step}, {"correct", p.correct}, {"images", p.images}, {"optimiser_steps", trainer_.optimiser().steps()}};
        c.figures = {{"loss", p.loss}, {"seconds", seconds_}};
        c.words = {{"log", log_}};
        save_checkpoint(checkpoint_path(), c);
        write_file(log_path(), log_);
    }

    void say(const std::string& line) {
        log_ += line + "\n";
        if (!flags_.quiet) fmt::print("{}\n", line);
        std::fflush(stdout);
    }

    Experiment& experiment_;
    const CommonFlags& flags_;
    ImageSet train_set_, test_set_;
    std::unique_ptr<Model> model_;
    Trainer trainer_;
    std::string log_;
    double seconds_ = 0;   // of all sessions of this run
    double steps_run_ = 0; // in this session's part of the epoch
};

constexpr const char* kUsage =
    "usage: bispike train CONFIG.ini --output DIR [--resume] [options] [--section.key value ...]\n\n"
    "Trains the network of a config; writes DIR/checkpoint.h5 after each epoch, DIR/train.log, and DIR/model.h5 at the end.\n"
    "Ctrl-C saves and leaves; --resume goes on from there, to the same bits as a run without a pause.\n";

}  // namespace

int train_verb(std::span<const std::string> args) {
    bool resume = false;
    CommonFlags flags = parse_common(args, kUsage, {{"resume", "go on from DIR/checkpoint.h5", &resume}});
    if (flags.help) return 0;
    const std::string& path = flags.positional("a config");
    if (flags.output.empty() && !flags.print_config)
        throw UsageError("train needs --output DIR, the folder for the checkpoint, the log and the model; see --help");
    std::vector<std::string> rest;
    Experiment experiment(path, flags.rest, rest);
    require_no_rest(rest);
    const ThreadLimit threads(flags.threads);
    Run run(experiment, flags);
    if (flags.print_config) {
        fmt::print("{}", experiment.settings.ini());
        return 0;
    }
    if (!resume && fs::exists(run.checkpoint_path()))
        fail("{} exists: --resume goes on from it; remove it or choose another --output to start anew", run.checkpoint_path());
    const InterruptGuard guard;
    if (resume)
        run.resume();
    else
        run.begin();
    while (!run.done())
        if (!run.epoch()) fail("interrupted: the state is saved in {}; the same command with --resume goes on", run.checkpoint_path());
    run.finish();
    return 0;
}

}  // namespace bispike
