// One training run with its files.
#include "tools/training_run.h"

#include <cstdio>

#include "sim/core/parallel.h"
#include "sim/core/sha256.h"
#include "sim/io/atomic_file.h"
#include "sim/report/progress.h"
#include "sim/run/interrupt.h"
#include "sim/run/smallest_batch.h"
#include "sim/run/train_checkpoint.h"
#include "tools/version.h"

namespace bispike {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double percent(int64_t part, int64_t whole) { return 100.0 * static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace

TrainingRun::TrainingRun(Experiment& experiment, const CommonFlags& flags)
    : experiment_(experiment),
      flags_(flags),
      train_set_(experiment.options, experiment.timesteps(), Split::train),
      test_set_(experiment.options, experiment.timesteps(), Split::test),
      model_(experiment.make_model(train_set_.spec())),
      trainer_(*model_,
               train_set_.training(experiment.options.augment, static_cast<uint64_t>(experiment.options.train.seed)),
               experiment.options.train, experiment.options.adamw, experiment.options.schedule) {
    require_apart(train_set_, test_set_);
    model_->prepare(Purpose::simulate);  // for the validations
    try_smallest_batch(*model_, test_set_.images(), validation());
    model_->prepare(Purpose::train);
}

void TrainingRun::begin() {
    make_output_folder(flags_);
    model_hash_ = model_hash(model_->parameters());
    say(version_text());
    say(fmt::format("config {}, data {} ({} train, {} test images), {} trained parameters, {} threads",
                    experiment_.path, train_set_.name(), train_set_.size(), test_set_.size(),
                    model_->parameters().trained_values(), thread_count()));
}

void TrainingRun::resume() {
    const Checkpoint c = read_checkpoint(checkpoint_path());
    require_same_config(c.model.settings);
    restore(c, *model_, trainer_);
    for (const char* word : {"log", "epochs", "model_hash"})
        if (!c.words.contains(word)) fail("{} is of an older program: it has no {}", checkpoint_path(), word);
    log_ = c.words.at("log");
    epochs_ = c.words.at("epochs");
    model_hash_ = c.words.at("model_hash");
    seconds_ = c.figures.at("seconds");
    say(fmt::format("resumed at epoch {} step {}", trainer_.place().epoch + 1, trainer_.place().step));
}

bool TrainingRun::epoch() {
    const auto start = Clock::now();
    if (!run_steps()) return save_early(start);
    const double train_seconds = seconds_since(start);
    const AccuracyCounts validation = validate();
    if (interrupted()) return save_early(start);  // the validation may have stopped half-way
    seconds_ += seconds_since(start);
    say(epoch_line(validation, train_seconds));
    keep_epoch(validation);
    trainer_.end_epoch();
    save();
    return true;
}

void TrainingRun::finish() {
    const std::string path = flags_.output + "/model.h5";
    say(fmt::format("trained in {:.0f} s; model: {}", seconds_, path));
    save_model(path, model_->parameters(), about_finished());
    write_file(log_path(), log_);
    write_file(flags_.output + "/config.ini", experiment_.settings.ini());
    write_file(flags_.output + "/results.json", training_json(results()));
}

/// False if interrupted.
bool TrainingRun::run_steps() {
    const int batch = experiment_.options.train.batch;
    Progress progress(fmt::format("epoch {}/{}", trainer_.place().epoch + 1, experiment_.options.train.epochs),
                      (trainer_.steps_per_epoch() - trainer_.place().step) * batch, flags_.sink());
    for (steps_run_ = 0; !trainer_.epoch_done(); ++steps_run_) {
        if (interrupted()) return false;
        trainer_.step();
        progress.add(batch);
    }
    return !interrupted();
}

/// Saves in the middle of an epoch. False, as epoch() returns then.
bool TrainingRun::save_early(Clock::time_point start) {
    seconds_ += seconds_since(start);
    save();
    return false;
}

/// How all test images are simulated.
SimulateOptions TrainingRun::validation() const {
    SimulateOptions options = experiment_.options.simulate;
    options.images = 0;
    return options;
}

AccuracyCounts TrainingRun::validate() {
    model_->prepare(Purpose::simulate);
    AccuracyObserver accuracy;
    Observer* observers[] = {&accuracy};
    Progress progress("validate", test_set_.size(), flags_.sink());
    simulate(*model_, test_set_.images(), validation(), observers, [&](int64_t done) { progress.update(done); });
    model_->prepare(Purpose::train);
    return accuracy.counts();
}

std::string TrainingRun::epoch_line(const AccuracyCounts& validation, double train_seconds) const {
    const TrainPlace& p = trainer_.place();
    const auto mean = [&](double sum) { return sum / static_cast<double>(p.images); };
    const auto images = static_cast<double>(steps_run_ * experiment_.options.train.batch);
    return fmt::format(
        "epoch {:3}  loss {:.4f}{}  train {:5.2f} %  test {:5.2f} %  lr {:.2e}  |g| {:.3f}  {:.0f} images/s  {:.0f} s",
        p.epoch + 1, mean(p.loss), p.penalty == 0 ? "" : fmt::format("  penalty {:.4f}", mean(p.penalty)),
        percent(p.correct, p.images),
        percent(static_cast<int64_t>(validation.correct()), static_cast<int64_t>(validation.images)),
        trainer_.learning_rate(), trainer_.gradient_norm(), images / train_seconds, seconds_);
}

void TrainingRun::keep_epoch(const AccuracyCounts& validation) {
    const TrainPlace& p = trainer_.place();
    epochs_ += (epochs_.empty() ? "" : ",") + epoch_json({.epoch = p.epoch + 1,
                                                          .loss = p.loss / static_cast<double>(p.images),
                                                          .penalty = p.penalty / static_cast<double>(p.images),
                                                          .train_images = p.images,
                                                          .train_correct = p.correct,
                                                          .test_images = validation.images,
                                                          .test_correct = validation.correct()});
}

/// Of the images that are learnt and of those that are tested with, one hash.
Provenance TrainingRun::provenance() const {
    Sha256 data;
    data.add(train_set_.hash(train_set_.size()));
    data.add(test_set_.hash(test_set_.size()));
    Provenance p = provenance_here();
    p.settings = experiment_.settings.resolved();
    p.model_hash = model_hash_;
    p.data_hash = hexadecimal(data.finish());
    p.seed = experiment_.options.train.seed;
    return p;
}

TrainingResults TrainingRun::results() const {
    return {.network = experiment_.settings.resolved().at("network.model"),
            .config = experiment_.path,
            .dataset = train_set_.name(),
            .parameters = static_cast<uint64_t>(model_->parameters().trained_values()),
            .provenance = provenance(),
            .weights_hash = model_hash(model_->parameters()),
            .epochs = epochs_,
            .seconds = seconds_};
}

/// Of what decides the weights: what only simulating reads may change between runs.
void TrainingRun::require_same_config(const std::map<std::string, std::string>& old) const {
    const auto value = [](const auto& config, const std::string& key) {
        const auto at = config.find(key);
        return at == config.end() ? std::string("absent") : "`" + at->second + "`";
    };
    const std::map<std::string, std::string> given = lasting_settings(experiment_.settings.resolved());
    std::map<std::string, std::string> keys = given;
    keys.merge(lasting_settings(old));
    for (const auto& [key, ignored] : keys) {
        const std::string before = value(old, key), now = value(given, key);
        if (before != now)
            fail("{} was made with another config: {} was {}, is now {}", checkpoint_path(), key, before, now);
    }
}

ModelFile TrainingRun::about() const {
    ModelFile file;
    file.settings = lasting_settings(experiment_.settings.resolved());
    file.class_names = train_set_.class_names();
    const ImageSpec& image = train_set_.spec();
    file.provenance = {{"program", version_text()},
                       {"config", experiment_.path},
                       {"data", train_set_.name()},
                       {"image", fmt::format("{}x{}x{}", image.height, image.width, image.channels)},
                       {"log", log_}};
    return file;
}

/// With all that it takes to repeat the training; the settings are the file's own.
ModelFile TrainingRun::about_finished() const {
    ModelFile file = about();
    const Provenance p = provenance();
    file.provenance.insert({{"model_hash", p.model_hash},
                            {"data_hash", p.data_hash},
                            {"seed", text::from(p.seed)},
                            {"compiler", p.compiler},
                            {"dispatch", p.dispatch},
                            {"threads", text::from(p.threads)}});
    return file;
}

void TrainingRun::save() {
    Checkpoint c = make_checkpoint(*model_, trainer_, about());
    c.figures["seconds"] = seconds_;
    c.words["log"] = log_;
    c.words["epochs"] = epochs_;
    c.words["model_hash"] = model_hash_;
    save_checkpoint(checkpoint_path(), c);
    write_file(log_path(), log_);
}

void TrainingRun::say(const std::string& line) {
    log_ += line + "\n";
    if (!flags_.quiet) fmt::print("{}\n", line);
    std::fflush(stdout);
}

}  // namespace bispike
