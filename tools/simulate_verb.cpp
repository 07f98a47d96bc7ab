// `bispike simulate CONFIG|MODEL`: accuracy, activity, operations, energy and traces of a model on test images.
#include "tools/simulate_verb.h"

#include <optional>

#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "sim/report/energy_json.h"
#include "sim/report/results_json.h"
#include "sim/report/results_text.h"
#include "sim/report/run_directory.h"
#include "tools/flags.h"
#include "tools/simulation_run.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike simulate CONFIG.ini|MODEL.h5|GRAPH.nir|WEIGHTS [options] [--section.key value ...]\n\n"
    "Runs a model over the test images of its data set and reports accuracy (at each time step, with its\n"
    "95 % interval), firing rates, synaptic operations and energy, layer by layer. With --output the figures\n"
    "go to DIR/results.json and DIR/results.csv too, and the resolved config to DIR/config.ini; with --trace\n"
    "spikes, potentials and attention of the first images go to an HDF5 file.\n";

struct TraceFlags {
    std::string path, images, layers, what;
};

void require_trace(const TraceFlags& flags) {
    if (!flags.path.empty()) return;
    if (!flags.images.empty()) throw UsageError("--trace-images needs --trace FILE; see --help");
    if (!flags.layers.empty()) throw UsageError("--trace-layers needs --trace FILE; see --help");
    if (!flags.what.empty()) throw UsageError("--trace-what needs --trace FILE; see --help");
}

std::unique_ptr<TraceObserver> make_trace(const TraceFlags& flags, const SimulationRun& run,
                                          const Provenance& provenance) {
    if (flags.path.empty()) return nullptr;
    TraceOptions options{.path = flags.path,
                         .provenance = provenance,
                         .pictures = run.data().pictures(),
                         .class_names = run.data().class_names()};
    const std::vector<int> labels = run.labels();
    options.images = choose_images(flags.images.empty() ? "16" : flags.images,
                                   image_range(0, static_cast<int64_t>(labels.size())), labels);
    if (!flags.layers.empty()) options.layers = flags.layers;
    if (!flags.what.empty()) {
        options.quantities = quantities(flags.what);
        if (options.quantities.contains(Quantity::energy) && !run.counts_energy())
            fail("--trace-what energy: a run without --output counts no energy");
    }
    return std::make_unique<TraceObserver>(std::move(options));
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
    const std::vector<Option> options = {
        {"trace", "FILE", "HDF5 file for spikes, potentials and attention", &f.trace.path},
        {"trace-images", "CHOICE", "which images: the first 16 [16], index:3,40-49, class:2,5, class:2,5:4 (4 of each)",
         &f.trace.images},
        {"trace-layers", "GLOB", "which layers, e.g. 'block.*.attn.*, *.mlp.*' [all]", &f.trace.layers},
        {"trace-what", "WORDS", "of spikes, membrane, current, score, attention, energy [all but current]",
         &f.trace.what}};
    f.common = parse_flags(args, kUsage, kRunFlags,
                           {{{"json", "print the results as JSON, or write them to FILE.json", &f.json}}, options});
    if (!f.common.help) require_trace(f.trace);
    return f;
}

void tell(const Experiment& experiment, const SimulateFlags& flags, const RunResults& results,
          const std::string& energy, std::optional<AtomicFile>& json) {
    std::string text = results_text(results);
    if (!experiment.has_weights && !experiment.graph)
        text = "NOTE: no weights were given; these are the initial random ones (model.weights).\n" + text;
    const std::string& folder = flags.common.output;
    if (!folder.empty()) write_run_directory(folder, experiment.settings, results, text, energy);
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
    SimulationRun run(experiment);
    if (flags.common.print_config) {
        fmt::print("{}", experiment.settings.documented_ini());
        return 0;
    }
    const bool counts_energy = !flags.common.output.empty();
    if (counts_energy) run.count_energy(find_conventions("all"));
    run.prepare();
    make_output_folder(flags.common);
    std::optional<AtomicFile> json;  // opened before the run, which would be lost to a folder that is missing
    if (!flags.json_file.empty()) json.emplace(flags.json_file);
    const Provenance provenance = run.provenance();
    const std::unique_ptr<TraceObserver> trace = make_trace(flags.trace, run, provenance);
    const RunResults results = run.run(provenance, trace.get(), flags.common.sink());
    tell(experiment, flags, results, counts_energy ? energy_json(run.energy()) : "", json);
    return 0;
}

}  // namespace bispike
