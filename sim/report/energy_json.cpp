// energy.json, energy.csv and the map.
#include "sim/report/energy_json.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/report/csv_cell.h"
#include "sim/report/provenance_json.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

template <class Prices>
Json prices_json(const Prices& prices) {
    Json j;
    for_each_field<Prices>([&](const auto& f) { j[f.name] = prices.*(f.member); });
    return j;
}

void put_operations(Json& j, const Operations& o) {
    j["mac"] = o.mac, j["ac"] = o.all_ac(), j["shift"] = o.shift, j["bias"] = o.bias, j["compare"] = o.compare;
    j["ac_bipolar"] = o.ac_bipolar, j["ac_integer"] = o.ac_integer;
}

Json interval_json(const std::optional<MeanInterval>& i) { return i ? Json{i->low, i->high} : Json(nullptr); }

Json number(const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); }

Json convention_json(const ConventionResults& r, const EnergyReport& report) {
    const Convention& c = *r.convention;
    Json j{{"name", c.name}, {"title", c.title}, {"differs", c.differs}, {"source", c.source}};
    put_operations(j, r.all);
    j["energy_pj"] = r.energy;
    j["energy_interval_pj"] = interval_json(r.interval);
    j["energy_with_shift_pj"] = {
        {"shift_low", r.with_shift[0]}, {"shift", r.with_shift[1]}, {"shift_high", r.with_shift[2]}};
    j["layers"] = Json::array();
    for (size_t i = 0; i < r.layers.size(); ++i) {
        Json layer{{"name", report.facts.layers[i].name}};
        put_operations(layer, r.layers[i]);
        layer["energy_pj"] = energy_of(r.layers[i], c.priced, report.prices.energy);
        j["layers"].push_back(std::move(layer));
    }
    return j;
}

template <class Number>
Json statistics_json(const BasicStatistics<Number>& s) {
    Json j;
    std::apply([&](const auto&... f) { ((j[f.first] = s.*f.second), ...); }, BasicStatistics<Number>::fields());
    return j;
}

Json layer_json(const EnergyReport& r, size_t i) {
    const LayerFacts& f = r.facts.layers[i];
    Json j{{"name", f.name}, {"kind", f.kind}, {"signal", f.is_counted() ? to_string(f.signal) : ""}};
    j["nonlinear"] = f.nonlinear, j["heads"] = f.heads, j["weights"] = f.weights;
    j["zero_weights"] = r.facts.weights == Weighted::known ? Json(f.zero_weights) : Json(nullptr);
    j["per_image"] = statistics_json(r.network.layers[i]);
    if (r.sums == nullptr) return j;
    const LayerSums& sums = r.sums->layers[i];
    j["sum"] = statistics_json(sums.all);
    j["sum_by_step"] = Json::array();
    for (const Statistics& s : sums.by_step) j["sum_by_step"].push_back(statistics_json(s));
    j["executed_by_head"] = sums.by_head;
    j["energy_by_step_pj"] = r.attribution->by_layer_step[i];
    return j;
}

/// values [maps, rows, columns] as nested lists.
Json maps_json(const std::vector<double>& values, const PatchGrid& grid) {
    Json maps = Json::array();
    for (size_t at = 0; at < values.size(); at += static_cast<size_t>(grid.size())) {
        Json map = Json::array();
        for (int64_t row = 0; row < grid.rows; ++row) {
            const auto first = values.begin() + static_cast<std::ptrdiff_t>(at) + row * grid.columns;
            map.push_back(std::vector<double>(first, first + grid.columns));
        }
        maps.push_back(std::move(map));
    }
    return maps;
}

/// Of all steps: `values` is [T, ...], the sum [...] of `size` values.
std::vector<double> over_steps(const std::vector<double>& values, int64_t size) {
    std::vector<double> sum(static_cast<size_t>(size));
    for (size_t i = 0; i < values.size(); ++i) sum[i % sum.size()] += values[i];
    return sum;
}

Json map_by_head(const Attribution::Layer& layer, const PatchGrid& grid) {
    if (!layer.is_placed) return Json::array();
    return maps_json(over_steps(layer.map, layer.heads * grid.size()), grid);
}

Json attribution_json(const Attribution& a) {
    Json j{{"what", kAttribution}, {"rows", a.grid.rows}, {"columns", a.grid.columns}};
    j["map_pj"] = maps_json(over_steps(a.map, a.grid.size()), a.grid)[0];
    j["map_by_step_pj"] = maps_json(a.map, a.grid);
    j["by_step_pj"] = a.by_step;
    j["attention"] = Json::array();
    for (const Attribution::Layer& l : a.layers)
        if (l.heads > 0)
            j["attention"].push_back(
                {{"layer", l.name}, {"by_head_pj", l.by_head}, {"map_by_head_pj", map_by_head(l, a.grid)}});
    return j;
}

Json memory_part(const MemoryEnergy& e) {
    return {{"operations_pj", e.operations},
            {"addressing_pj", e.addressing},
            {"inputs_outputs_pj", e.inputs_outputs},
            {"parameters_pj", e.parameters},
            {"potentials_pj", e.potentials},
            {"energy_pj", e.total()},
            {"bytes", e.bytes}};
}

Json memory_json(const EnergyReport& r) {
    MemoryEnergy spiking, artificial;
    Json layers = Json::array();
    for (size_t i = 0; i < r.memory.size(); ++i) {
        spiking += r.memory[i], artificial += r.artificial_memory[i];
        Json layer = memory_part(r.memory[i]);
        layer["name"] = r.facts.layers[i].name;
        layers.push_back(std::move(layer));
    }
    return {{"model", "Lemaire et al., ICONIP 2022; attention is not in it"},
            {"spiking", memory_part(spiking)},
            {"artificial", memory_part(artificial)},
            {"layers", layers}};
}

Json break_even_json(const BreakEven& b) {
    return {{"format", b.format},
            {"mac_pj", number(b.mac)},
            {"ac_pj", number(b.ac)},
            {"artificial_pj", b.artificial},
            {"spiking_pj", b.spiking},
            {"density", b.density},
            {"break_even_density", number(b.break_even)}};
}

Json classes_json(const EnergyReport& r) {
    Json all = Json::array();
    for (const auto& c : r.classes) {
        Json j{{"label", c.label}, {"images", c.images}};
        for (size_t i = 0; i < r.conventions.size(); ++i)
            j["energy_pj"][r.conventions[i].convention->name] = c.energy[i];
        all.push_back(std::move(j));
    }
    return all;
}

Json neurobench_json(const NeurobenchMetrics& m) {
    return {{"footprint_bytes", m.footprint_bytes},
            {"parameter_count", m.parameter_count},
            {"connection_sparsity", number(m.connection_sparsity)},
            {"activation_sparsity", number(m.activation_sparsity)},
            {"dense_synaptic_operations", m.dense}};
}

std::string dumped(const Json& j) { return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string energy_json(const EnergyReport& r) {
    Json j{{"network", r.source.network}, {"activity", r.source.activity}, {"version", r.source.version}};
    if (r.source.provenance) j.update(Json::parse(provenance_json(*r.source.provenance)));
    j["images"] = r.source.images, j["timesteps"] = r.facts.timesteps, j["accuracy"] = number(r.source.accuracy);
    j["prices"] = {{"energy", prices_json(r.prices.energy)},
                   {"memory", prices_json(r.prices.memory)},
                   {"formats", prices_json(r.prices.formats)}};
    j["conventions"] = Json::array();
    for (const ConventionResults& c : r.conventions) j["conventions"].push_back(convention_json(c, r));
    j["neurobench"] = neurobench_json(r.neurobench);
    j["break_even"] = Json::array();
    for (const BreakEven& b : r.break_even) j["break_even"].push_back(break_even_json(b));
    j["memory"] = memory_json(r);
    j["classes"] = classes_json(r);
    j["attribution"] = r.attribution ? attribution_json(*r.attribution) : Json(nullptr);
    j["layers"] = Json::array();
    for (size_t i = 0; i < r.facts.layers.size(); ++i) j["layers"].push_back(layer_json(r, i));
    return dumped(j);
}

std::string energy_csv(const EnergyReport& r) {
    std::string out = "convention,layer,kind,mac,ac,shift,bias,compare,energy_pj\n";
    for (const ConventionResults& c : r.conventions)
        for (size_t i = 0; i < c.layers.size(); ++i) {
            const Operations& o = c.layers[i];
            const LayerFacts& f = r.facts.layers[i];
            out += fmt::format("{},{},{},{},{},{},{},{},{}\n", c.convention->name, f.name, f.kind, o.mac, o.all_ac(),
                               o.shift, o.bias, o.compare, energy_of(o, c.convention->priced, r.prices.energy));
        }
    return out;
}

std::string energy_map_csv(const EnergyReport& r) {
    const Attribution& a = *r.attribution;
    const auto cells = static_cast<size_t>(a.grid.size()), columns = static_cast<size_t>(a.grid.columns);
    std::string out = "layer,head,step,row,column,energy_pj\n";
    for (const Attribution::Layer& l : a.layers) {
        const auto heads = static_cast<size_t>(std::max<int64_t>(1, l.heads));
        for (size_t i = 0; i < l.map.size(); ++i) {
            const std::string head = l.heads > 0 ? std::to_string(i / cells % heads) : "";
            fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{}\n", csv_cell(l.name), head, i / cells / heads,
                           i % cells / columns, i % columns, l.map[i]);
        }
    }
    return out;
}

}  // namespace bispike
