// `bispike heads MODEL.h5`: convex heads, and their non-convex twins, on the frozen tokens of a trained network.
#include "tools/heads_verb.h"

#include <fmt/format.h>

#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "sim/report/table.h"
#include "sim/run/interrupt.h"
#include "tools/heads_run.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike heads MODEL.h5 --output DIR [options] [--heads.key value ...]\n"
    "       bispike heads MODEL.h5 --fitted DIR/heads.h5 [options]\n\n"
    "Freezes a trained network, takes the tokens that its head sees as features, and fits new heads to them:\n"
    "self-attention, MLP-Mixer, FNO, B-FNO and MLP, linear or with gates, in their convex form (exactly, by\n"
    "proximal gradient, and by Burer-Monteiro factors) and as the networks that they are. One table of all:\n"
    "size, operations, training loss, objective, its gap to the optimum at most, accuracy. Writes\n"
    "DIR/results.json, DIR/heads.md, DIR/heads.h5 (the fitted heads) and DIR/config.ini. The second form tests\n"
    "heads that were fitted before. `--print-config` lists the keys of [heads].\n";

struct HeadsFlags {
    CommonFlags common;
    std::string fitted;
};

HeadsFlags parse(std::span<const std::string> args) {
    HeadsFlags f;
    f.common = parse_flags(args, kUsage, kRunFlags,
                           {.options = {{"fitted", "FILE", "test the heads of this file, fit none", &f.fitted}}});
    if (f.common.print_config && !f.fitted.empty())
        throw UsageError("heads: --print-config tells how heads are fitted; leave out --fitted");
    if (f.common.help || f.common.print_config) return f;
    if (f.common.output.empty() == f.fitted.empty())
        throw UsageError("heads: give either --output DIR or --fitted FILE; see --help");
    return f;
}

void print_row(const HeadRow& row, double seconds) {
    fmt::print("{:>6.0f} s  {:<14} {:<6} {:<8} test {:6.2f} %  gap {}\n", seconds, row.head, row.form, row.solver,
               100 * row.accuracy, row.gap ? fmt::format("{:.1e}", *row.gap) : "-");
    std::fflush(stdout);
}

void write(const std::string& folder, const HeadsRun& run) {
    save_heads(folder + "/heads.h5", run.file);
    write_file(folder + "/config.ini", run.config);
    write_file(folder + "/heads.md", heads_markdown(run.results));
    write_file(folder + "/results.json", heads_json(run.results));  // last: where it stands, the run is complete
}

void fit(const HeadsFlags& flags) {
    make_output_folder(flags.common);
    const bool quiet = flags.common.quiet;
    const HeadsRun run = fit_heads(flags.common, [&](const HeadRow& row, double seconds) {
        if (!quiet) print_row(row, seconds);
    });
    if (flags.common.print_config) return;
    write(flags.common.output, run);
    if (quiet) return;
    const HeadsResults& r = run.results;
    fmt::print("\n{}\nthe network's own head    {} on {} test images\n", heads_text(r), percent(r.network_accuracy),
               grouped(static_cast<uint64_t>(r.test_images)));
    fmt::print("table     {0}/heads.md\nresults   {0}/results.json\nheads     {0}/heads.h5\n", flags.common.output);
}

void test(const HeadsFlags& flags) {
    Table table;
    for (const char* title : {"head", "form", "solver"}) table.column(title, Table::Align::left);
    for (const char* title : {"parameters", "MAC", "test"}) table.column(title, Table::Align::right);
    for (const HeadRow& row : apply_heads(flags.common, flags.fitted))
        table.row({row.head, row.form, row.solver, grouped(static_cast<uint64_t>(row.parameters)),
                   grouped(static_cast<uint64_t>(row.mac)), percent(row.accuracy)});
    if (!flags.common.quiet) fmt::print("{}", table.str());
}

}  // namespace

int heads_verb(std::span<const std::string> args) {
    const HeadsFlags flags = parse(args);
    if (flags.common.help) return 0;
    const ThreadLimit threads(flags.common.threads);
    const InterruptGuard guard;
    if (flags.fitted.empty())
        fit(flags);
    else
        test(flags);
    return 0;
}

}  // namespace bispike
