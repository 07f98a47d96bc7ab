// What a conversion found, for people and for machines.
#include "tools/conversion_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/report/table.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

std::string heading(const ConversionResults& r) {
    const std::string steps = r.images > 0 ? fmt::format("steps from {} images of {}, train", r.images, r.data)
                                           : std::string("steps as they were trained");
    if (r.method.empty()) return fmt::format("{}: {}, {} levels; {}\n", r.ann, r.quantiser, r.levels, steps);
    return fmt::format("{}: {}, {} steps of time; {}, {} levels; {}\n", r.ann, r.method, r.timesteps, r.quantiser,
                       r.levels, steps);
}

std::string calibration_table(const ConversionResults& r) {
    Table table;
    table.column("quantiser", Table::Align::left);
    for (const char* title : {"step", "error", "beyond"}) table.column(title, Table::Align::right);
    for (const CalibratedStep& s : r.steps)
        table.row({s.layer, fmt::format("{:.4g}", s.step), percent(s.error), percent(s.beyond)});
    return table.str();
}

std::string error_table(const ConversionResults& r) {
    Table table;
    table.column("layer", Table::Align::left);
    table.column("quantised", Table::Align::right);
    for (const int t : r.compared_steps) table.column(fmt::format("T = {}", t), Table::Align::right);
    for (const LayerError& e : r.errors) {
        if (e.kind != "neuron" && e.kind != "head") continue;
        Table::Line line{e.layer, percent(e.quantised)};
        for (const double error : e.by_step) line.push_back(percent(error));
        table.row(std::move(line));
    }
    return table.str();
}

std::string real_table(const ConversionResults& r) {
    std::map<std::string, uint64_t> sums;
    for (const RealOperation& o : r.real) sums[o.kind] += o.mac;
    Table table;
    table.column("not driven by spikes", Table::Align::left);
    table.column("mac_per_image", Table::Align::right);
    for (const auto& [kind, mac] : sums) table.row({kind, grouped(mac)});
    return table.str();
}

}  // namespace

std::string conversion_text(const ConversionResults& r) {
    std::string text = heading(r);
    if (r.method.empty() || r.errors.empty()) return text + (r.steps.empty() ? "" : "\n" + calibration_table(r));
    text += fmt::format("\nerror of the values so far, against the {} network, on {} images of {}, test\n",
                        r.images > 0 ? "unquantised" : "quantised", r.compared, r.data);
    return text + error_table(r) + "\n" + real_table(r) +
           "One multiply-accumulate is booked for each value of a norm, an activation or the softmax of an "
           "attention.\n";
}

std::string conversion_json(const ConversionResults& r) {
    Json j{{"run", "convert"},
           {"ann", r.ann},
           {"method", r.method.empty() ? Json() : Json(r.method)},
           {"quantiser", r.quantiser},
           {"levels", r.levels},
           {"timesteps", r.timesteps},
           {"dataset", r.data},
           {"calibration_images", r.images},
           {"compared_images", r.compared},
           {"compared_steps", r.compared_steps}};
    j["quantisers"] = Json::array();
    for (const CalibratedStep& s : r.steps)
        j["quantisers"].push_back({{"layer", s.layer}, {"step", s.step}, {"error", s.error}, {"beyond", s.beyond}});
    j["layers"] = Json::array();
    for (const LayerError& e : r.errors)
        j["layers"].push_back(
            {{"layer", e.layer}, {"kind", e.kind}, {"error_quantised", e.quantised}, {"error_by_step", e.by_step}});
    j["not_driven_by_spikes"] = Json::array();
    for (const RealOperation& o : r.real)
        j["not_driven_by_spikes"].push_back({{"layer", o.layer}, {"kind", o.kind}, {"mac_per_image", o.mac}});
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bispike
