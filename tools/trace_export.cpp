// `bispike trace export`: a trace in a format of other programs.
#include <fmt/format.h>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/core/settings.h"
#include "sim/report/trace_reader.h"
#include "sim/report/views/views.h"
#include "tools/trace_verbs.h"

namespace bispike {
namespace {

const View& find_view(const std::string& name) {
    std::vector<std::string> names;
    for (const View& view : views()) {
        if (name == view.name) return view;
        names.emplace_back(view.name);
    }
    if (name.empty()) throw UsageError(fmt::format("give --format, one of {}; see --help", fmt::join(names, ", ")));
    fail("format {}", suggestion(name, names));
}

double step_ms(const std::string& text) {
    double ms = 1;
    if (!text.empty()) text::into(ms, "--step-ms", text);
    if (!(ms > 0)) fail("--step-ms {}: a step lasts longer than nothing", ms);
    return ms;
}

}  // namespace

int trace_export(const TraceFlags& flags) {
    const View& view = find_view(flags.format);
    if (flags.output.empty()) throw UsageError("give --output FILE; see --help");
    const hdf5::File trace = open_trace(flags.files.at(0));
    const TracePart part(trace, flags.choice);
    view.write(part, {.path = flags.output, .step_ms = step_ms(flags.step_ms)});
    if (!flags.quiet) fmt::print("{}: {} of {} images\n", flags.output, view.name, part.places().size());
    return 0;
}

}  // namespace bispike
