// One simulation of an experiment over its test data.
#include "tools/simulation_run.h"

#include <algorithm>
#include <chrono>

#include "sim/energy/layer_facts.h"
#include "sim/report/answers.h"
#include "sim/run/interrupt.h"
#include "tools/version.h"

namespace bispike {
namespace {

PriceTable prices(const Experiment& experiment) {
    const std::string& path = experiment.options.energy.prices;
    return path.empty() ? PriceTable{} : read_price_table(path);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double accuracy_of(const Model& model, const DataSource& set, const SimulateOptions& options) {
    AccuracyObserver accuracy;
    Observer* const observers[] = {&accuracy};
    simulate(model, set.images(), options, observers, [](int64_t) {});
    const AccuracyCounts& counts = accuracy.counts();
    return static_cast<double>(counts.correct()) / static_cast<double>(counts.images);
}

}  // namespace

SimulationRun::SimulationRun(Experiment& experiment)
    : experiment_(experiment),
      data_(experiment.options, experiment.timesteps(), Split::test),
      model_(experiment.make_model(data_.spec())),
      prices_(prices(experiment)) {}

int64_t SimulationRun::images() const {
    const int64_t asked = experiment_.options.simulate.images;
    return asked <= 0 ? data_.size() : std::min(asked, data_.size());
}

std::vector<int> SimulationRun::labels() const {
    const auto all = data_.images().labels;
    return {all.begin(), all.begin() + images()};
}

Provenance SimulationRun::provenance() const {
    Provenance p = provenance_here();
    p.settings = experiment_.settings.resolved();
    p.model_hash = experiment_.hash(*model_);
    p.data_hash = data_.hash(images());
    p.seed = experiment_.options.simulate.seed;
    return p;
}

RunResults SimulationRun::run(const Provenance& provenance, TraceObserver* trace, const ProgressSink& sink) {
    const SimulateOptions& options = experiment_.options.simulate;
    AccuracyObserver accuracy;
    ActivityObserver activity = energy_ ? ActivityObserver(energy_->facts()) : ActivityObserver();
    AnswersObserver answers;
    std::vector<Observer*> observers = {&accuracy, &activity, &answers};
    if (energy_) observers.push_back(&energy_->observer());
    if (trace != nullptr) observers.push_back(trace);
    if (trace != nullptr && energy_) energy_->show_images(*trace);
    const InterruptGuard guard;
    const auto start = std::chrono::steady_clock::now();
    Progress progress("simulate", images(), sink);
    const int64_t done = simulate(*model_, data_.images(), options, observers, [&](int64_t n) { progress.update(n); });
    progress.finish();
    const double seconds = seconds_since(start);
    if (done < images())
        fail("interrupted after {} of {} images{}", done, images(),
             trace == nullptr ? "" : "; the trace so far is " + trace->partial_path());
    if (trace != nullptr) trace->finish();
    if (energy_) activity.take(energy_->sums());
    const AccuracyCounts& right = accuracy.counts();
    source_ = {.network = experiment_.path,
               .activity = data_.name() + ", test",
               .version = provenance.version,
               .accuracy = static_cast<double>(right.correct()) / static_cast<double>(right.images),
               .provenance = provenance};
    RunInfo info{.network = experiment_.settings.resolved().at("network.model"),
                 .config = experiment_.path,
                 .dataset = data_.name() + ", test",
                 .class_names = data_.class_names(),
                 .provenance = provenance,
                 .answers_hash = answers.finish(),
                 .parameters = static_cast<uint64_t>(model_->parameters().trained_values()),
                 .seconds = seconds,
                 .weights = options.weights,
                 .rounding = rounding()};
    return make_results(info, accuracy.counts(), activity.layers(), prices_.energy);
}

void SimulationRun::count_energy(std::vector<const Convention*> conventions) {
    NetworkFacts facts = describe_in_batches(*model_, Weighted::known, experiment_.options.simulate.batch);
    const uint64_t parameters = experiment_.graph ? facts.parameter_values  // somebody trained them
                                                  : static_cast<uint64_t>(model_->parameters().trained_values());
    energy_ = std::make_unique<EnergyRun>(std::move(facts), parameters, std::move(conventions), prices_);
}

EnergyReport SimulationRun::energy() const {
    return energy_->report(source_, static_cast<uint64_t>(experiment_.options.simulate.seed));
}

/// Runs the first images again, with rounded weights and with exact ones. Leaves the model with exact ones.
std::optional<RoundingResults> SimulationRun::rounding() {
    constexpr int64_t kMost = 1000;
    SimulateOptions options = experiment_.options.simulate;
    if (options.weights == "float32") return std::nullopt;
    options.images = std::min(images(), kMost);
    RoundingResults r{.images = static_cast<uint64_t>(options.images)};
    r.accuracy = accuracy_of(*model_, data_, options);
    model_->prepare(Purpose::simulate);
    r.accuracy_float32 = accuracy_of(*model_, data_, options);
    return r;
}

}  // namespace bispike
