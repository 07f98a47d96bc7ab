// `bispike simulate CONFIG|MODEL`: accuracy, activity, operations, energy and traces of a model on test images.
#include "tools/simulate_verb.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "sim/core/parallel.h"
#include "sim/report/results_json.h"
#include "sim/report/results_text.h"
#include "sim/report/run_directory.h"
#include "sim/report/trace.h"
#include "sim/run/interrupt.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike simulate CONFIG.ini|MODEL.h5 [options] [--section.key value ...]\n\n"
    "Runs a model over the test images of its data set and reports accuracy (at each time step, with its 95 % "
    "interval), firing rates,\n"
    "synaptic operations and energy, layer by layer. With --output the figures go to DIR/results.json and "
    "DIR/results.csv too, and the\n"
    "resolved config to DIR/config.ini; with --trace spikes, potentials and attention of the first images go to an "
    "HDF5 file.\n";

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

RunInfo describe(const Experiment& experiment, const ImageSet& set, const Model& model, double seconds) {
    uint64_t parameters = static_cast<uint64_t>(model.parameters().trained_values());
    return {.network = experiment.settings.resolved().at("network.model"),
            .config = experiment.path,
            .dataset = set.name + ", test",
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

}  // namespace

int simulate_verb(std::span<const std::string> args) {
    TraceFlags trace_flags;
    bool json = false;
    const std::vector<Option> trace_options = {
        {"trace", "FILE", "HDF5 file for spikes, potentials and attention", &trace_flags.path},
        {"trace-images", "N", "how many images to trace, from the first [16]", &trace_flags.images},
        {"trace-layers", "GLOB", "which layers, e.g. 'block.*.attn.*, *.mlp.*' [all]", &trace_flags.layers}};
    const CommonFlags flags = parse_common(args, kUsage, {{"json", "print the results as JSON", &json}}, trace_options);
    if (flags.help) return 0;
    require_trace(trace_flags);
    std::vector<std::string> rest;
    Experiment experiment(flags.positional("a config or a model"), flags.rest, rest);
    require_no_rest(rest);
    const ThreadLimit threads(flags.threads);
    const ImageSet set = load_image_set(experiment.options.data.set, Split::test);
    const std::unique_ptr<Model> model = experiment.make_model(set.spec);
    if (flags.print_config) {
        fmt::print("{}", experiment.settings.ini());
        return 0;
    }
    const EnergyPrices table = prices(experiment);
    model->prepare(Purpose::simulate);

    AccuracyObserver accuracy;
    ActivityObserver activity;
    const std::unique_ptr<TraceObserver> trace = make_trace(trace_flags, experiment.settings);
    make_output_folder(flags);
    std::vector<Observer*> observers = {&accuracy, &activity};
    if (trace) observers.push_back(trace.get());

    const int64_t asked = experiment.options.simulate.images == 0 ? set.size() : experiment.options.simulate.images;
    const InterruptGuard guard;
    const auto start = std::chrono::steady_clock::now();
    Progress progress("simulate", asked, flags.sink());
    const int64_t done = simulate(*model, image_source(set), experiment.options.simulate, observers,
                                  [&](int64_t n) { progress.update(n); });
    progress.finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (trace) trace->finish();
    if (done < asked)
        fail("interrupted after {} of {} images{}", done, asked,
             trace ? "; the trace holds what was written: " + trace_flags.path : "");

    const RunResults results =
        make_results(describe(experiment, set, *model, seconds), accuracy.counts(), activity.layers(), table);
    std::string text = results_text(results);
    if (!experiment.has_weights)
        text = "NOTE: no weights were given; these are the initial random ones (model.weights).\n" + text;
    if (!flags.output.empty()) write_run_directory(flags.output, experiment.settings, results, text);
    if (json)
        fmt::print("{}", results_json(results));
    else if (!flags.quiet)
        fmt::print("{}", text);
    if (!flags.quiet && !json) {
        if (!flags.output.empty()) fmt::print("results   {}/results.json\n", flags.output);
        if (trace) fmt::print("trace     {}\n", trace_flags.path);
    }
    return 0;
}

}  // namespace bispike
