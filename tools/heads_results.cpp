// What `bispike heads` found.
#include "tools/heads_results.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/report/provenance_json.h"
#include "sim/report/table.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

const std::vector<std::string> kTitles = {"head", "form",      "solver", "parameters", "neurons", "MAC",
                                          "loss", "objective", "gap",    "train",      "test"};
constexpr size_t kWords = 3;  // columns of words before those of numbers

std::vector<std::string> line_of(const HeadRow& r) {
    return {r.head,
            r.form,
            r.solver,
            grouped(static_cast<uint64_t>(r.parameters)),
            grouped(static_cast<uint64_t>(r.neurons)),
            grouped(static_cast<uint64_t>(r.mac)),
            fmt::format("{:.4f}", r.loss),
            fmt::format("{:.4f}", r.objective),
            r.gap ? fmt::format("{:.1e}", *r.gap) : "-",
            percent(r.train_accuracy),
            percent(r.accuracy)};
}

Table table_of(const HeadsResults& results) {
    Table table;
    for (size_t i = 0; i < kTitles.size(); ++i)
        table.column(kTitles[i], i < kWords ? Table::Align::left : Table::Align::right);
    for (const HeadRow& row : results.rows) table.row(line_of(row));
    return table;
}

}  // namespace

std::string heads_text(const HeadsResults& results) { return table_of(results).str(); }
std::string heads_markdown(const HeadsResults& results) { return table_of(results).markdown(); }

std::string heads_json(const HeadsResults& r) {
    Json j{{"run", "heads"},
           {"model", r.model},
           {"network", r.network},
           {"dataset", r.dataset},
           {"loss", r.loss},
           {"tokens", r.tokens},
           {"channels", r.channels},
           {"train_images", r.train_images},
           {"test_images", r.test_images},
           {"network_accuracy", r.network_accuracy}};
    j.update(Json::parse(provenance_json(r.provenance)));
    j["rows"] = Json::array();
    for (const HeadRow& row : r.rows)
        j["rows"].push_back({{"head", row.head},
                             {"form", row.form},
                             {"solver", row.solver},
                             {"parameters", row.parameters},
                             {"gate_values", row.gate_values},
                             {"neurons", row.neurons},
                             {"mac_per_image", row.mac},
                             {"beta", row.beta},
                             {"loss", row.loss},
                             {"objective", row.objective},
                             {"relative_gap", row.gap ? Json(*row.gap) : Json(nullptr)},
                             {"train_accuracy", row.train_accuracy},
                             {"accuracy", row.accuracy},
                             {"iterations", row.iterations},
                             {"seconds", row.seconds}});
    j["seconds"] = r.seconds;
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bispike
