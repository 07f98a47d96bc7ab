// Networks side by side.
#include "sim/report/comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/core/error.h"
#include "sim/report/table.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

struct Shown {
    const char *key, *title;
    Figure figure;
    std::string (*text)(double);
};

std::string in_percent(double share) { return fmt::format("{:.2f}", 100 * share); }
std::string in_microjoules(double pj) { return grouped(1e-6 * pj); }
std::string in_megabytes(double bytes) { return grouped(1e-6 * bytes); }

constexpr Shown kShown[] = {{"accuracy", "accuracy\n[%]", &Figures::accuracy, in_percent},
                            {"parameters", "parameters", &Figures::parameters, scaled},
                            {"mac", "MAC", &Figures::mac, scaled},
                            {"ac", "AC", &Figures::ac, scaled},
                            {"shift", "shift", &Figures::shift, scaled},
                            {"energy_pj", "energy\n[uJ]", &Figures::energy_pj, in_microjoules},
                            {"images_per_second", "images/s", &Figures::images_per_second, grouped},
                            {"peak_memory_bytes", "memory\n[MB]", &Figures::peak_memory_bytes, in_megabytes},
                            {"training_seconds", "training\n[s]", &Figures::training_seconds, grouped}};

/// Of converted rows.
constexpr const char* kConverted[] = {"source\n[%]", "T within\n1 point", "energy\nthere [uJ]"};

/// Only what differs from seed to seed by nature has a spread in the table: the accuracy. JSON has all.
std::string cell_text(const RowFigures& row, const Shown& shown) {
    const Spread s = row[shown.figure];
    const std::string mean = shown.text(s.mean);
    if (shown.figure != &Figures::accuracy || s.count < 2) return mean;
    return fmt::format("{} ± {}", mean, shown.text(s.deviation));
}

/// "12-15" of all seeds, "12-" where a seed has no such step, "-" where none has; empty: not converted.
std::string steps_text(const RowFigures& row) {
    if (!row.cells.front().source_accuracy) return "";
    int least = INT_MAX, most = 0;
    bool all = true;
    for (const CellFigures& cell : row.cells) {
        const std::optional<int> steps = cell.steps_to_source();
        all = all && steps;
        if (steps) least = std::min(least, *steps), most = std::max(most, *steps);
    }
    if (!all) return most == 0 ? "-" : fmt::format("{}-", least);
    return least == most ? fmt::format("{}", least) : fmt::format("{}-{}", least, most);
}

/// Mean accuracy of what the cells were converted from, on their images; empty: not converted.
std::string source_text(const RowFigures& row) {
    std::vector<double> accuracies;
    for (const CellFigures& cell : row.cells)
        if (cell.source_accuracy) accuracies.push_back(*cell.source_accuracy);
    return accuracies.empty() ? "" : in_percent(spread_of(accuracies).mean);
}

/// Mean over the seeds that have such a step; empty: none, or not converted.
std::string energy_text(const RowFigures& row) {
    std::vector<double> energies;
    for (const CellFigures& cell : row.cells)
        if (const std::optional<double> energy = cell.energy_to_source()) energies.push_back(*energy);
    return energies.empty() ? "" : in_microjoules(spread_of(energies).mean);
}

std::vector<std::string> line_of(const RowFigures& row) {
    std::vector<std::string> cells{row.name};
    for (const Shown& shown : kShown) cells.push_back(cell_text(row, shown));
    cells.insert(cells.end(), {source_text(row), steps_text(row), energy_text(row)});
    return cells;
}

Table table_of(const Comparison& comparison) {
    Table table;
    table.column("network", Table::Align::left);
    for (const Shown& shown : kShown) table.column(shown.title, Table::Align::right);
    for (const char* title : kConverted) table.column(title, Table::Align::right);
    for (const RowFigures& row : comparison.rows) table.row(line_of(row));
    return table;
}

Json json_of(const Spread& s) {
    return {{"mean", s.mean}, {"deviation", s.count < 2 ? Json(nullptr) : Json(s.deviation)}};
}

Json cell_json(const CellFigures& cell) {
    Json j{{"seed", cell.seed}};
    for (const Shown& shown : kShown) j[shown.key] = cell.values.*shown.figure;
    j["accuracy_by_step"] = cell.accuracy_by_step, j["energy_by_step_pj"] = cell.energy_by_step;
    if (cell.source_accuracy) {
        const std::optional<int> steps = cell.steps_to_source();
        j["source_accuracy"] = *cell.source_accuracy;
        j["steps_to_source"] = steps ? Json(*steps) : Json(nullptr);
        j["energy_to_source_pj"] = steps ? Json(*cell.energy_to_source()) : Json(nullptr);
    }
    j["version"] = cell.version, j["model_hash"] = cell.model_hash, j["data_hash"] = cell.data_hash;
    return j;
}

Json row_json(const RowFigures& row) {
    Json j{{"name", row.name}, {"origin", row.origin}, {"flags", fmt::format("{}", fmt::join(row.flags, " "))}};
    for (const Shown& shown : kShown) j[shown.key] = json_of(row[shown.figure]);
    j["accuracy_by_step"] = Json::array();
    for (const Spread& s : row.accuracy_by_step()) j["accuracy_by_step"].push_back(json_of(s));
    j["energy_upto_step_pj"] = row.energy_upto_step();
    j["seeds"] = Json::array();
    for (const CellFigures& cell : row.cells) j["seeds"].push_back(cell_json(cell));
    return j;
}

}  // namespace

Spread spread_of(const std::vector<double>& values) {
    if (values.empty()) fail("nothing has no mean");
    Spread s{.mean = 0, .deviation = 0, .count = values.size()};
    const auto n = static_cast<double>(s.count);
    for (const double v : values) s.mean += v / n;
    for (const double v : values) s.deviation += (v - s.mean) * (v - s.mean);
    s.deviation = s.count < 2 ? 0 : std::sqrt(s.deviation / (n - 1));
    return s;
}

std::optional<int> CellFigures::steps_to_source() const {
    if (!source_accuracy) return std::nullopt;
    constexpr double kPoint = 0.01, kRounding = 1e-9;
    const auto step = std::ranges::find_if(
        accuracy_by_step, [&](double accuracy) { return accuracy >= *source_accuracy - kPoint - kRounding; });
    if (step == accuracy_by_step.end()) return std::nullopt;
    return static_cast<int>(step - accuracy_by_step.begin()) + 1;
}

std::optional<double> CellFigures::energy_to_source() const {
    const std::optional<int> steps = steps_to_source();
    if (!steps) return std::nullopt;
    return std::accumulate(energy_by_step.begin(), energy_by_step.begin() + *steps, 0.0);
}

Spread RowFigures::operator[](Figure f) const {
    std::vector<double> values;
    for (const CellFigures& cell : cells) values.push_back(cell.values.*f);
    return spread_of(values);
}

std::vector<Spread> RowFigures::accuracy_by_step() const {
    std::vector<Spread> steps;
    for (size_t t = 0; t < cells.front().accuracy_by_step.size(); ++t) {
        std::vector<double> values;
        for (const CellFigures& cell : cells) values.push_back(cell.accuracy_by_step.at(t));
        steps.push_back(spread_of(values));
    }
    return steps;
}

std::vector<double> RowFigures::energy_upto_step() const {
    std::vector<double> sums(cells.front().energy_by_step.size());
    for (const CellFigures& cell : cells)
        for (size_t t = 0; t < sums.size(); ++t)
            sums[t] += cell.energy_by_step.at(t) / static_cast<double>(cells.size());
    std::partial_sum(sums.begin(), sums.end(), sums.begin());
    return sums;
}

std::string comparison_text(const Comparison& comparison) { return table_of(comparison).str(); }
std::string comparison_markdown(const Comparison& comparison) { return table_of(comparison).markdown(); }

std::string comparison_json(const Comparison& comparison) {
    Json j{{"run", "compare"},
           {"version", comparison.provenance.version},
           {"compiler", comparison.provenance.compiler},
           {"dispatch", comparison.provenance.dispatch},
           {"threads", comparison.provenance.threads},
           {"rows", Json::array()}};
    for (const RowFigures& row : comparison.rows) j["rows"].push_back(row_json(row));
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";  // paths may hold any byte
}

}  // namespace bispike
