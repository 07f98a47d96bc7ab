// `bispike trace`: looking into traces, comparing them, and writing them as other programs read them.
#include "tools/trace_verb.h"

#include <fmt/format.h>

#include "sim/core/nearest.h"
#include "tools/trace_verbs.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike trace info TRACE [--json]\n"
    "       bispike trace cat TRACE LAYER [--what QUANTITY] [--images CHOICE] [--step T] [--json]\n"
    "       bispike trace diff A B [--quiet]\n"
    "       bispike trace export TRACE --format FORMAT --output FILE [--layers GLOB] [--images CHOICE] [--what "
    "WORDS]\n\n"
    "info    what a trace holds, layer by layer, and where it comes from\n"
    "cat     the values of one layer, a line each: of spikes those that occurred\n"
    "diff    the spikes of two traces, image by image: each layer with a difference and its first, image, step, token\n"
    "        and channel, with the potentials where the traces hold them; exit status 0 if all are equal, 1 if not\n"
    "export  sonata: spikes and a report of membrane or current, for libsonata; nirdata: events and time-gridded data\n"
    "        of the NIR project; csv: quantity,layer,image,step,index,value; npz: dense arrays for numpy.load\n";

struct TraceVerb {
    const char* name;
    size_t files;
    const char* needs;
    int (*run)(const TraceFlags& flags);
};

constexpr TraceVerb kVerbs[] = {{"info", 1, "a trace", trace_info},
                                {"cat", 2, "a trace and a layer", trace_cat},
                                {"diff", 2, "two traces", trace_diff},
                                {"export", 1, "a trace", trace_export}};

const TraceVerb& find_verb(const std::string& name) {
    std::vector<std::string> names;
    for (const TraceVerb& verb : kVerbs) {
        if (name == verb.name) return verb;
        names.emplace_back(verb.name);
    }
    throw UsageError(fmt::format("trace {}; see `bispike trace --help`", suggestion(name, names)));
}

}  // namespace

int trace_verb(std::span<const std::string> args) {
    TraceFlags flags;
    TraceChoice& choice = flags.choice;
    const CommonFlags common = parse_flags(
        args, kUsage, {},
        {{{"json", "cat, info: print JSON", &flags.json}},
         {{"images", "CHOICE", "which images: the first 4 of the trace [all], index:3,40-49, class:2,5, class:2,5:4",
           &choice.images},
          {"what", "WORDS", "of spikes, membrane, current, score, attention [all; cat: the first there is]",
           &choice.what},
          {"step", "T", "cat: this time step alone", &flags.step},
          {"layers", "GLOB", "export: which layers, e.g. 'block.*.attn*' [all]", &choice.layers},
          {"format", "FORMAT", "export: sonata, nirdata, csv or npz", &flags.format},
          {"output,o", "FILE", "export: the file to write", &flags.output},
          {"step-ms", "MS", "sonata, nirdata: the time that a step stands for [1]", &flags.step_ms}}});
    if (common.help) return 0;
    if (common.positionals.empty())
        throw UsageError("give `info`, `cat`, `diff` or `export`; see `bispike trace --help`");
    const TraceVerb& verb = find_verb(common.positionals[0]);
    flags.files.assign(common.positionals.begin() + 1, common.positionals.end());
    flags.quiet = common.quiet;
    if (flags.files.size() != verb.files)
        throw UsageError(fmt::format("trace {} takes {}; see `bispike trace --help`", verb.name, verb.needs));
    return verb.run(flags);
}

}  // namespace bispike
