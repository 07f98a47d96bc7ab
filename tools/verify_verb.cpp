// `bispike verify RUN`: repeats the run of a run directory from its config, and compares every figure to the bit.
#include "tools/verify_verb.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "sim/core/parallel.h"
#include "sim/report/energy_json.h"
#include "sim/report/provenance_json.h"
#include "sim/report/repeat.h"
#include "sim/report/results_json.h"
#include "sim/run/interrupt.h"
#include "tools/flags.h"
#include "tools/run_folder.h"
#include "tools/simulation_run.h"
#include "tools/training_run.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: bispike verify RUN [--threads N] [--quiet]\n\n"
    "Repeats the run of `simulate` or `train` that wrote the folder RUN, from RUN/config.ini, and compares\n"
    "what comes out with RUN/results.json to the last bit: the answers to every image (answers_hash) or the\n"
    "trained weights (weights_hash), every count, every figure but times and memory. Where there is a\n"
    "RUN/energy.json, the energy is counted again too and compared in the same way. Says first whether\n"
    "model, data or program are others. Exit status 0 if all is equal, 1 if not. RUN stays as it is.\n";

/// A long value cut short for one line.
std::string shown(const std::string& value) {
    constexpr size_t kMost = 70;
    if (value.empty()) return "missing";
    return value.size() <= kMost ? value : value.substr(0, kMost) + "...";
}

void print(const char* what, const std::vector<DifferentFigure>& all) {
    constexpr size_t kMost = 20;
    for (size_t i = 0; i < std::min(kMost, all.size()); ++i)
        fmt::print("{} {}: {} then, {} now\n", what, all[i].key, shown(all[i].before), shown(all[i].now));
    if (all.size() > kMost) fmt::print("and {} more\n", all.size() - kMost);
    std::fflush(stdout);
}

/// A folder for the files of a training that is repeated.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (fs::temp_directory_path() / "bispike-verify-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            fail("cannot make a folder in {}", fs::temp_directory_path().string());
        path_ = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// What came out of a run: the contents of its files.
struct Outcome {
    std::string results, energy;  // energy: empty where it was not counted
};

Outcome simulate_again(Experiment& experiment, const Outcome& before, const CommonFlags& flags) {
    SimulationRun run(experiment);
    const Provenance provenance = run.provenance();
    if (!flags.quiet) print("another", different_origins(before.results, provenance_json(provenance)));
    if (!before.energy.empty()) run.count_energy(find_conventions("all"));
    run.prepare();
    Outcome now{results_json(run.run(provenance, nullptr, flags.sink())), ""};
    if (run.counts_energy()) now.energy = energy_json(run.energy());
    return now;
}

Outcome train_again(Experiment& experiment, const Outcome& before, const CommonFlags& flags) {
    const ScratchFolder scratch;
    CommonFlags silent = flags;
    silent.output = scratch.path().string(), silent.quiet = true;
    TrainingRun run(experiment, silent);
    const InterruptGuard guard;
    run.begin();
    if (!flags.quiet) print("another", different_origins(before.results, provenance_json(run.provenance())));
    while (!run.done())
        if (!run.epoch()) fail("interrupted: nothing was compared");
    run.finish();
    return {read_file((scratch.path() / "results.json").string()), ""};
}

std::vector<DifferentFigure> different(const Outcome& before, const Outcome& now) {
    std::vector<DifferentFigure> all = different_figures(before.results, now.results);
    if (now.energy.empty()) return all;
    std::ranges::move(different_energies(before.energy, now.energy), std::back_inserter(all));
    return all;
}

}  // namespace

int verify_verb(std::span<const std::string> args) {
    constexpr Shared kShared[] = {Shared::threads};
    const CommonFlags flags = parse_flags(args, kUsage, kShared, {});
    if (flags.help) return 0;
    const RunFolder run = open_run(flags.positional("the folder of a run"));
    const ThreadLimit limit(flags.threads);
    std::vector<std::string> rest;
    Experiment experiment((fs::path(run.path) / "config.ini").string(), {}, rest);
    const bool trains = run.kind == "train";
    const Outcome before{run.results, trains ? "" : run.file("energy.json")};
    const Outcome now = trains ? train_again(experiment, before, flags) : simulate_again(experiment, before, flags);
    const auto figures = different(before, now);
    if (!flags.quiet) print("differs", figures);
    if (!figures.empty())
        fail("{} is not repeated: {} figures differ, the first is {}", run.path, figures.size(), figures.front().key);
    if (!flags.quiet)
        fmt::print("{}: repeated to the bit: results.json{}\n", run.path, now.energy.empty() ? "" : ", energy.json");
    return 0;
}

}  // namespace bispike
