// `bispike simulate CONFIG|MODEL`: accuracy, activity, operations, energy and traces of a model on test images.
#include "tools/simulate_verb.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "sim/report/results_json.h"
#include "sim/report/results_text.h"
#include "sim/report/run_directory.h"
#include "sim/report/trace.h"
#include "sim/run/interrupt.h"
#include "tools/data_source.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike simulate CONFIG.ini|MODEL.h5|GRAPH.nir|WEIGHTS [options] [--section.key value ...]\n\n"
    "Runs a model over the test images of its data set and reports accuracy (at each time step, with its\n"
    "95 % interval), firing rates, synaptic operations and energy, layer by layer. With --output the figures\n"
    "go to DIR/results.json and DIR/results.csv too, and the resolved config to DIR/config.ini; with --trace\n"
    "spikes, potentials and attention of the first images go to an HDF5 file.\n";

struct TraceFlags {
    std::string path, images, layers;
};

int64_t parse_count(const std::string& key, const std::string& value) {
    int64_t n = 0;
    text::into(n, key, value);
    if (n < 1) fail("{} = {}: at least one image is needed", key, n);
    return n;
}

void require_trace(const TraceFlags& flags) {
    if (!flags.path.empty()) return;
    if (!flags.images.empty()) throw UsageError("--trace-images needs --trace FILE; see --help");
    if (!flags.layers.empty()) throw UsageError("--trace-layers needs --trace FILE; see --help");
}

std::unique_ptr<TraceObserver> make_trace(const TraceFlags& flags, const Settings& settings) {
    if (flags.path.empty()) return nullptr;
    TraceOptions options{.path = flags.path, .settings = settings.resolved()};
    if (!flags.images.empty()) options.images = parse_count("--trace-images", flags.images);
    if (!flags.layers.empty()) options.layers = flags.layers;
    return std::make_unique<TraceObserver>(std::move(options));
}

RunInfo describe(const Experiment& experiment, const DataSource& set, const Model& model, double seconds) {
    uint64_t parameters = static_cast<uint64_t>(model.parameters().trained_values());
    return {.network = experiment.settings.resolved().at("network.model"),
            .config = experiment.path,
            .dataset = set.name() + ", test",
            .version = version_text(),
            .dispatch = dispatch_target(),
            .threads = thread_count(),
            .parameters = parameters,
            .seconds = seconds};
}

EnergyPrices prices(const Experiment& experiment) {
    const std::string& path = experiment.options.energy.prices;
    return path.empty() ? EnergyPrices{} : read_prices(path);
}

struct SimulateFlags {
    CommonFlags common;
    TraceFlags trace;
    bool json = false;
    std::string json_file;  // empty: printed
};

/// Takes FILE.json of `--json FILE.json` out of the arguments; `--json` alone prints.
std::string take_json_file(std::vector<std::string>& args) {
    for (size_t i = 0; i + 1 < args.size(); ++i)
        if (args[i] == "--json" && args[i + 1].ends_with(".json")) {
            std::string file = args[i + 1];
            args.erase(args.begin() + static_cast<std::ptrdiff_t>(i),
                       args.begin() + static_cast<std::ptrdiff_t>(i) + 2);
            return file;
        }
    return "";
}

SimulateFlags parse(std::span<const std::string> given) {
    SimulateFlags f;
    std::vector<std::string> args(given.begin(), given.end());
    f.json_file = take_json_file(args);
    std::string data;
    const std::vector<Option> options = {
        {"data", "SET", "short for --data.set", &data},
        {"trace", "FILE", "HDF5 file for spikes, potentials and attention", &f.trace.path},
        {"trace-images", "N", "how many images to trace, from the first [16]", &f.trace.images},
        {"trace-layers", "GLOB", "which layers, e.g. 'block.*.attn.*, *.mlp.*' [all]", &f.trace.layers}};
    f.common = parse_common(args, kUsage, {{"json", "print the results as JSON, or write them to FILE.json", &f.json}},
                            options);
    if (!data.empty()) f.common.rest.insert(f.common.rest.end(), {"--data.set", data});
    if (!f.common.help) require_trace(f.trace);
    return f;
}

/// Everything that watches the run.
struct Watchers {
    AccuracyObserver accuracy;
    ActivityObserver activity;
    std::unique_ptr<TraceObserver> trace;  // null: none asked for

    std::vector<Observer*> all() {
        std::vector<Observer*> observers = {&accuracy, &activity};
        if (trace) observers.push_back(trace.get());
        return observers;
    }
};

/// Takes the images through the model; returns the seconds that took. Throws Error if interrupted.
double run(const Experiment& experiment, const SimulateFlags& flags, const DataSource& set, const Model& model,
           Watchers& watchers) {
    const SimulateOptions& options = experiment.options.simulate;
    const int64_t asked = options.images == 0 ? set.size() : options.images;
    const InterruptGuard guard;
    const auto start = std::chrono::steady_clock::now();
    Progress progress("simulate", asked, flags.common.sink());
    const int64_t done = simulate(model, set.images(), options, watchers.all(), [&](int64_t n) { progress.update(n); });
    progress.finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (done < asked) {
        watchers.trace.reset();  // what was traced stays in its partial file; a whole trace of before is kept
        fail("interrupted after {} of {} images{}", done, asked,
             flags.trace.path.empty() ? "" : "; the trace so far is " + flags.trace.path + ".partial");
    }
    if (watchers.trace) watchers.trace->finish();
    return seconds;
}

double accuracy_of(const Model& model, const DataSource& set, const SimulateOptions& options) {
    AccuracyObserver accuracy;
    Observer* const observers[] = {&accuracy};
    simulate(model, set.images(), options, observers, [](int64_t) {});
    const AccuracyCounts& counts = accuracy.counts();
    return static_cast<double>(counts.correct()) / static_cast<double>(counts.images);
}

/// Runs the first images again, with rounded weights and with exact ones. Leaves the model with exact ones.
std::optional<RoundingResults> rounding(Model& model, const DataSource& set, SimulateOptions options) {
    constexpr int64_t kMost = 1000;
    if (options.weights == "float32") return std::nullopt;
    const int64_t asked = options.images == 0 ? set.size() : options.images;
    options.images = std::min(asked, kMost);
    RoundingResults r{.images = static_cast<uint64_t>(options.images)};
    r.accuracy = accuracy_of(model, set, options);
    model.prepare(Purpose::simulate);
    r.accuracy_float32 = accuracy_of(model, set, options);
    return r;
}

void tell(const Experiment& experiment, const SimulateFlags& flags, const RunResults& results,
          std::optional<AtomicFile>& json) {
    std::string text = results_text(results);
    if (!experiment.has_weights && !experiment.graph)
        text = "NOTE: no weights were given; these are the initial random ones (model.weights).\n" + text;
    const std::string& folder = flags.common.output;
    if (!folder.empty()) write_run_directory(folder, experiment.settings, results, text);
    if (json) json->write(results_json(results)), json->commit();
    if (flags.json) fmt::print("{}", results_json(results));
    if (flags.json || flags.common.quiet) return;
    fmt::print("{}", text);
    if (!folder.empty()) fmt::print("results   {}/results.json\n", folder);
    if (!flags.trace.path.empty()) fmt::print("trace     {}\n", flags.trace.path);
}

}  // namespace

int simulate_verb(std::span<const std::string> args) {
    const SimulateFlags flags = parse(args);
    if (flags.common.help) return 0;
    std::vector<std::string> rest;
    Experiment experiment(flags.common.positional("a config or a model"), flags.common.rest, rest);
    require_no_rest(rest);
    const ThreadLimit threads(flags.common.threads);
    const DataSource set(experiment.options, experiment.timesteps());
    const std::unique_ptr<Model> model = experiment.make_model(set.spec());
    if (flags.common.print_config) {
        fmt::print("{}", experiment.settings.documented_ini());
        return 0;
    }
    const EnergyPrices table = prices(experiment);
    model->prepare(experiment.options.simulate.purpose());
    make_output_folder(flags.common);
    std::optional<AtomicFile> json;  // opened before the run, which would be lost to a folder that is missing
    if (!flags.json_file.empty()) json.emplace(flags.json_file);
    Watchers watchers{.accuracy = {}, .activity = {}, .trace = make_trace(flags.trace, experiment.settings)};
    const double seconds = run(experiment, flags, set, *model, watchers);
    RunInfo info = describe(experiment, set, *model, seconds);
    info.weights = experiment.options.simulate.weights;
    info.rounding = rounding(*model, set, experiment.options.simulate);
    tell(experiment, flags, make_results(info, watchers.accuracy.counts(), watchers.activity.layers(), table), json);
    return 0;
}

}  // namespace bispike
