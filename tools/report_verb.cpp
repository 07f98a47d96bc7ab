// `bispike report RUN`: a run directory as one page.
#include "tools/report_verb.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/core/error.h"
#include "sim/core/settings.h"
#include "sim/io/atomic_file.h"
#include "sim/report/trace_digest.h"
#include "sim/report/trace_reader.h"
#include "tools/flags.h"
#include "tools/report_page/report_page.h"
#include "tools/run_folder.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: bispike report RUN [-o FILE.html] [--trace FILE] [--images N]\n\n"
    "Draws the run that `bispike simulate --output RUN` left behind as one HTML file which opens without a network:\n"
    "accuracy, energy by convention and layer, firing rates, and of the trace RUN/trace.h5 (or FILE) spikes,\n"
    "potentials, attention and energy over the image and the health of the neurons. What the run has not is left out,\n"
    "and said.\n";

}  // namespace

int report_verb(std::span<const std::string> args) {
    std::string output, trace, images;
    const CommonFlags flags =
        parse_flags(args, kUsage, {},
                    {.options = {{"output,o", "FILE", "the page [RUN/report.html]", &output},
                                 {"trace", "FILE", "the trace [RUN/trace.h5, where there is one]", &trace},
                                 {"images", "N", "traced images to look into [4]", &images}}});
    if (flags.help) return 0;
    const RunFolder run = open_run(flags.positional("a run directory"));
    if (run.kind != "simulate")
        fail("{} is the run of a training; a report draws those of `bispike simulate`", run.path);
    DigestOptions digest;
    if (!images.empty()) text::into(digest.images, "--images", images);
    if (digest.images < 1) fail("--images = {}: at least 1 is needed", digest.images);
    const fs::path folder = run.path;
    if (trace.empty() && fs::is_regular_file(folder / "trace.h5")) trace = (folder / "trace.h5").string();

    const std::string path = output.empty() ? (folder / "report.html").string() : output;
    AtomicFile page(path);
    ReportParts parts{
        .results = run.results, .energy = run.file("energy.json"), .trace = {}, .config = run.file("config.ini")};
    if (!trace.empty()) parts.trace = trace_digest(open_trace(trace), digest);
    page.write(report_page(parts));
    page.commit();
    if (!flags.quiet) fmt::print("report    {}\n", path);
    return 0;
}

}  // namespace bispike
