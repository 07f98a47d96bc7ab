// One cell of a comparison.
#include "tools/comparison_cell.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"
#include "sim/report/provenance.h"
#include "sim/run/interrupt.h"
#include "tools/child_process.h"
#include "tools/run_folder.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

nlohmann::json read_json(const std::string& path) {
    auto j = nlohmann::json::parse(read_file(path), nullptr, false);
    if (!j.is_object()) fail("{} is damaged: remove its folder to make it again", path);
    return j;
}

const nlohmann::json& exact_of(const nlohmann::json& energy, const std::string& path) {
    for (const auto& convention : energy.at("conventions"))
        if (convention.at("name") == "exact") return convention;
    fail("{} has no convention `exact`", path);
}

}  // namespace

ComparisonCell::ComparisonCell(const ComparisonRow& row, const ComparisonCell* source, int64_t seed,
                               const std::vector<std::string>& flags, const std::string& output)
    : row_(row),
      source_(source),
      seed_(seed),
      flags_(flags),
      folders_{fmt::format("{}/{}/seed-{}", output, row.name, seed), source == nullptr ? "" : source->folders_.own},
      steps_(cell_steps(row, folders_, seed, flags)) {}

std::string ComparisonCell::name() const { return fmt::format("{}, seed {}", row_.name, seed_); }

bool ComparisonCell::is_done() const { return fs::exists(steps_.back().leaves); }

std::string ComparisonCell::said() const {
    std::vector<std::string> flags = flags_;
    flags.insert(flags.end(), row_.flags.begin(), row_.flags.end());
    const std::string origin =
        row_.kind == RowKind::trained
            ? fmt::format("config {} SHA-256 {}\n", fs::path(row_.from).filename().string(), file_hash(row_.from))
            : source_->said() + row_.origin() + "\n";
    return fmt::format("{}flags {}\n", origin, fmt::join(flags, " "));
}

std::vector<const ComparisonRow*> ComparisonCell::lineage() const {
    std::vector<const ComparisonRow*> rows;
    if (source_ != nullptr) rows = source_->lineage();
    rows.push_back(&row_);
    return rows;
}

void ComparisonCell::require_same() const {
    const std::string path = folders_ / "cell.txt";
    if (!fs::exists(folders_.own) || (fs::exists(path) && read_file(path) == said())) return;
    fail("{} is of another config or other flags (its cell.txt says which): remove it, or choose another --output",
         folders_.own);
}

void ComparisonCell::require_valid() const {
    std::vector<std::string> arguments;
    try {
        arguments = trial(lineage(), flags_);
    } catch (const std::exception& e) {
        fail("{}: {}", row_.name, e.what());
    }
    const Ended ended = run_self(arguments, Errors::kept);
    if (interrupted()) fail("interrupted before the first training");
    if (ended.status == 0) return;
    const std::string mark = "bispike: ";
    const size_t at = ended.errors.rfind(mark);
    const std::string why = at == std::string::npos ? ended.errors : ended.errors.substr(at + mark.size());
    fail("{} cannot be {}: {}", row_.name, row_.kind == RowKind::converted ? "converted" : "trained",
         why.substr(0, why.find('\n')));
}

void ComparisonCell::run(int threads, bool quiet) const {
    std::error_code error;
    fs::create_directories(folders_.own, error);
    if (error) fail("cannot make {}: {}", folders_.own, error.message());
    write_file(folders_ / "cell.txt", said());
    for (const CellStep& step : steps_) {
        if (fs::exists(step.leaves)) continue;
        std::vector<std::string> arguments = step.arguments;
        arguments.insert(arguments.end(), {"--threads", std::to_string(threads)});
        if (quiet) arguments.emplace_back("--quiet");
        if (!step.resumes.empty() && fs::exists(step.resumes)) arguments.emplace_back("--resume");
        const int status = run_self(arguments, Errors::shown).status;
        if (interrupted()) fail("interrupted in {}; the same command goes on from there", name());
        if (status != 0) fail("{}: {} failed", name(), step.what);
    }
}

double ComparisonCell::training_seconds() const {
    const double before = source_ == nullptr ? 0 : source_->training_seconds();
    if (row_.kind == RowKind::converted) return before;
    return before + read_json(folders_ / "results.json").at("seconds").get<double>();
}

CellFigures ComparisonCell::figures() const {
    const auto tested = read_json(folders_ / "test/results.json"), energy = read_json(folders_ / "test/energy.json");
    try {
        const auto& exact = exact_of(energy, folders_ / "test/energy.json");
        CellFigures figures{.seed = seed_,
                            .accuracy_by_step = tested.at("accuracy_by_step").get<std::vector<double>>(),
                            .energy_by_step = energy.at("attribution").at("by_step_pj").get<std::vector<double>>(),
                            .version = tested.at("version"),
                            .model_hash = tested.at("model_hash"),
                            .data_hash = tested.at("data_hash"),
                            .values = {.accuracy = tested.at("accuracy"),
                                       .parameters = tested.at("parameters"),
                                       .mac = exact.at("mac"),
                                       .ac = exact.at("ac"),
                                       .shift = exact.at("shift"),
                                       .energy_pj = exact.at("energy_pj"),
                                       .images_per_second = tested.at("images_per_second"),
                                       .peak_memory_bytes = tested.at("peak_memory_bytes"),
                                       .training_seconds = training_seconds()}};
        if (row_.kind == RowKind::converted)
            figures.source_accuracy = read_json(folders_ / "source/results.json").at("accuracy").get<double>();
        if (figures.accuracy_by_step.size() != figures.energy_by_step.size() || figures.accuracy_by_step.empty())
            fail("{}: accuracies of {} steps and energies of {}", folders_.own, figures.accuracy_by_step.size(),
                 figures.energy_by_step.size());
        return figures;
    } catch (const nlohmann::json::exception& e) {
        fail("{} is damaged, or of another program; remove it to make it again: {}", folders_.own, e.what());
    }
}

}  // namespace bispike
