// `bispike train CONFIG`: epochs of training, each followed by a validation and a checkpoint.
#include "tools/train_verb.h"

#include <filesystem>

#include "sim/core/parallel.h"
#include "sim/run/interrupt.h"
#include "tools/training_run.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike train CONFIG.ini --output DIR [--resume] [options] [--section.key value ...]\n\n"
    "Trains the network of a config; writes DIR/checkpoint.h5 after each epoch, DIR/train.log, and\n"
    "DIR/model.h5 at the end. Ctrl-C saves and leaves; --resume goes on from there, to the same bits as a run\n"
    "without a pause.\n";

}  // namespace

int train_verb(std::span<const std::string> args) {
    bool resume = false;
    CommonFlags flags =
        parse_flags(args, kUsage, kRunFlags, {.switches = {{"resume", "go on from DIR/checkpoint.h5", &resume}}});
    if (flags.help) return 0;
    const std::string& path = flags.positional("a config");
    if (flags.output.empty() && !flags.print_config)
        throw UsageError("train needs --output DIR, the folder for the checkpoint, the log and the model; see --help");
    std::vector<std::string> rest;
    Experiment experiment(path, flags.rest, rest);
    require_no_rest(rest);
    const ThreadLimit threads(flags.threads);
    TrainingRun run(experiment, flags);
    if (flags.print_config) {
        fmt::print("{}", experiment.settings.documented_ini());
        return 0;
    }
    if (!resume && std::filesystem::exists(run.checkpoint_path()))
        fail("{} exists: --resume goes on from it; remove it or choose another --output to start anew",
             run.checkpoint_path());
    const InterruptGuard guard;
    if (resume)
        run.resume();
    else
        run.begin();
    while (!run.done())
        if (!run.epoch())
            fail("interrupted: the state is saved in {}; the same command with --resume goes on",
                 run.checkpoint_path());
    run.finish();
    return 0;
}

}  // namespace bispike
