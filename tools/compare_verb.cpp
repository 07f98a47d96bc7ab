// `bispike compare CONFIG...`: networks trained by one recipe from the same seeds, and one table of all.
#include "tools/compare_verb.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"
#include "sim/core/parallel.h"
#include "sim/core/settings.h"
#include "sim/io/atomic_file.h"
#include "sim/run/interrupt.h"
#include "tools/comparison_cell.h"
#include "tools/flags.h"
#include "tools/report_page/comparison_page.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr Shared kShared[] = {Shared::settings, Shared::output, Shared::threads, Shared::data, Shared::neuron};
constexpr const char* kUsage =
    "usage: bispike compare CONFIG.ini|LIST... --output DIR [options] [--section.key value ...]\n\n"
    "Trains each network from each seed, tests it, and makes one table of all: accuracy (mean and standard\n"
    "deviation over the seeds), parameters, operations and energy of an image (convention `exact`), images a\n"
    "second, memory, time of training. LIST is a text with a row a line, paths from its folder:\n"
    "  NAME CONFIG.ini [--section.key value ...]   train it\n"
    "  NAME tune ROW --quantised lsq ...           quantise that row's network (flags of `bispike convert`) and train "
    "on\n"
    "  NAME convert ROW --method st_bif ...        convert it to spikes: accuracy after each time step, and the first\n"
    "                                              one within 1 point of what it was made of\n"
    "Flags on the command line are for all rows. DIR/NAME/seed-N keeps each cell; what is finished is not run\n"
    "again, what was interrupted goes on. Writes DIR/compare.json, the table DIR/compare.md and DIR/compare.html, a\n"
    "page with charts that opens without a network.\n";

struct CompareFlags {
    CommonFlags common;
    std::vector<int> seeds;
};

CompareFlags parse(std::span<const std::string> args) {
    CompareFlags f;
    std::string seeds = "1,2,3";
    f.common = parse_flags(args, kUsage, kShared,
                           {.options = {{"seeds", "N,N,...", "seeds of the trainings [1,2,3]", &seeds}}});
    if (f.common.help) return f;
    if (f.common.positionals.empty()) throw UsageError("compare: name configs or a list of rows; see --help");
    if (f.common.output.empty()) throw UsageError("compare needs --output DIR, the folder for the cells; see --help");
    text::into(f.seeds, "--seeds", seeds);
    std::vector<int> sorted = f.seeds;
    std::ranges::sort(sorted);
    if (sorted.empty() || std::ranges::adjacent_find(sorted) != sorted.end())
        fail("--seeds = {}: at least one, and no seed twice", seeds);
    for (const std::string& flag : f.common.rest)
        if (flag.substr(0, flag.find('=')) == "--train.seed") throw UsageError("--train.seed: say --seeds N,N,...");
    return f;
}

/// Row by row, each from every seed.
std::vector<ComparisonCell> cells_of(std::span<const ComparisonRow> rows, const CompareFlags& flags) {
    std::vector<ComparisonCell> cells;
    cells.reserve(rows.size() * flags.seeds.size());  // they point to each other
    for (const ComparisonRow& row : rows)
        for (size_t s = 0; s < flags.seeds.size(); ++s) {
            const auto source = std::ranges::find(rows, row.from, &ComparisonRow::name);
            const size_t at = static_cast<size_t>(source - rows.begin()) * flags.seeds.size() + s;
            cells.emplace_back(row, row.kind == RowKind::trained ? nullptr : &cells[at], flags.seeds[s],
                               flags.common.rest, flags.common.output);
        }
    return cells;
}

void run(std::span<const ComparisonCell> cells, const CompareFlags& flags) {
    size_t number = 0;
    for (const ComparisonCell& cell : cells) {
        ++number;
        const bool was_done = cell.is_done();
        if (!was_done) cell.run(flags.common.threads, flags.common.quiet);
        if (flags.common.quiet) continue;
        const Figures figures = cell.figures().values;
        fmt::print("{:3}/{}  {:<32} {:6.2f} %{}\n", number, cells.size(), cell.name(), 100 * figures.accuracy,
                   was_done ? ", from before" : fmt::format(", {:.0f} s", figures.training_seconds));
        std::fflush(stdout);
    }
}

}  // namespace

int compare_verb(std::span<const std::string> args) {
    const CompareFlags flags = parse(args);
    if (flags.common.help) return 0;
    const std::vector<ComparisonRow> rows = comparison_rows(flags.common.positionals);
    const InterruptGuard guard;
    const std::vector<ComparisonCell> cells = cells_of(rows, flags);
    for (const ComparisonCell& cell : cells) cell.require_same();
    for (size_t i = 0; i < cells.size(); i += flags.seeds.size())  // all rows, before hours go into the first
        if (!cells[i].is_done()) cells[i].require_valid();
    make_output_folder(flags.common);
    run(cells, flags);

    Comparison comparison{{}, provenance_here()};
    comparison.provenance.threads = flags.common.threads > 0 ? flags.common.threads : thread_count();
    for (size_t i = 0; i < rows.size(); ++i) {
        RowFigures& row = comparison.rows.emplace_back(RowFigures{rows[i].name, rows[i].origin(), rows[i].flags, {}});
        for (size_t s = 0; s < flags.seeds.size(); ++s)
            row.cells.push_back(cells[i * flags.seeds.size() + s].figures());
        for (const CellFigures& cell : row.cells)
            if (cell.accuracy_by_step.size() != row.cells.front().accuracy_by_step.size())
                fail("{}: its seeds were tested for {} and for {} steps: remove its folder to make it again", row.name,
                     row.cells.front().accuracy_by_step.size(), cell.accuracy_by_step.size());
    }
    const std::string json = comparison_json(comparison);
    write_file(flags.common.output + "/compare.json", json);
    write_file(flags.common.output + "/compare.html", comparison_page(json));
    write_file(flags.common.output + "/compare.md", comparison_markdown(comparison));
    if (flags.common.quiet) return 0;
    fmt::print("\n{}\ntable     {}/compare.md\nfigures   {}/compare.json\npage      {}/compare.html\n",
               comparison_text(comparison), flags.common.output, flags.common.output, flags.common.output);
    return 0;
}

}  // namespace bispike
