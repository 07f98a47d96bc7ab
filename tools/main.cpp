// bispike: one binary, a subcommand per verb.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "tools/bench_verb.h"
#include "tools/check_verb.h"
#include "tools/compare_verb.h"
#include "tools/convert_verb.h"
#include "tools/data_verb.h"
#include "tools/energy_verb.h"
#include "tools/export_verb.h"
#include "tools/flags.h"
#include "tools/heads_verb.h"
#include "tools/import_verb.h"
#include "tools/info_verb.h"
#include "tools/report_verb.h"
#include "tools/simulate_verb.h"
#include "tools/trace_verb.h"
#include "tools/train_verb.h"
#include "tools/verify_verb.h"
#include "tools/version.h"

namespace bispike {
namespace {

struct Verb {
    const char* name;
    const char* help;
    int (*run)(std::span<const std::string>);
};

constexpr Verb kVerbs[] = {
    {"simulate", "run a model over images: accuracy, firing rates, operations, energy, traces", simulate_verb},
    {"energy", "what the operations of a model cost, under every way of counting them", energy_verb},
    {"train", "train a network from a config", train_verb},
    {"compare", "train networks alike from several seeds, and make one table of all", compare_verb},
    {"convert", "make a network of spikes of a trained artificial one", convert_verb},
    {"heads", "fit convex heads, and their non-convex twins, to the frozen tokens of a network", heads_verb},
    {"verify", "repeat a run and compare it to the bit", verify_verb},
    {"data", "fetch and list image sets", data_verb},
    {"import", "take weights as their authors published them into a model file", import_verb},
    {"export", "write a model for other programs: weights under public names, or a NIR graph", export_verb},
    {"check", "compare a model with what another program recorded, spike by spike", check_verb},
    {"bench", "measure how fast a network of a given size and activity runs here", bench_verb},
    {"report", "draw a run as one HTML page that opens without a network", report_verb},
    {"trace", "look into traces, compare them, write them as other programs read them", trace_verb},
    {"info", "list the registered models, or tell what files hold", info_verb},
};

void print_help() {
    fmt::print(
        "bispike: a spiking-neural-network simulator for vision Transformers\n\nusage: bispike VERB [arguments]\n\n");
    for (const Verb& v : kVerbs) fmt::print("  {:<10} {}\n", v.name, v.help);
    fmt::print(
        "\n  --version  version, commit, compiler and dispatch target\n\n`bispike VERB --help` explains a verb.\n");
}

int run(const std::vector<std::string>& args) {
    if (args.empty() || args[0] == "--help" || args[0] == "-h") {
        print_help();
        return args.empty() ? 2 : 0;
    }
    if (args[0] == "--version") {
        fmt::print("{}\n", version_text());
        return 0;
    }
    std::vector<std::string> names;
    for (const Verb& v : kVerbs) {
        if (args[0] == v.name) return v.run(std::span(args).subspan(1));
        names.emplace_back(v.name);
    }
    throw UsageError(fmt::format("unknown verb {}", suggestion(args[0], names)));
}

/// What was printed may still wait in a buffer: results that did not get out are an error.
void flush_output() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        fail("cannot write what was printed: {}", std::strerror(errno));
}

}  // namespace
}  // namespace bispike

int main(int argc, char** argv) {
    try {
        const int status = bispike::run({argv + 1, argv + argc});
        bispike::flush_output();
        return status;
    } catch (const bispike::UsageError& e) {
        fmt::print(stderr, "bispike: {}\n", e.what());
        return 2;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "bispike: not enough memory: the network, its time steps or the batch are too large\n");
        return 1;
    } catch (const std::exception& e) {
        fmt::print(stderr, "bispike: {}\n", e.what());
        return 1;
    }
}
