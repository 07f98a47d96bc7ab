// results.json and results.csv.
#include "sim/report/results_json.h"

#include <nlohmann/json.hpp>

#include "sim/report/conventions.h"
#include "sim/report/csv_cell.h"
#include "sim/report/provenance_json.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); }

void put_spikes(Json& j, const SpikeResults& s) {
    j["firing_rate"] = number(s.firing_rate);
    j["firing_rate_by_step"] = Json::array();
    for (const auto& rate : s.firing_rate_by_step) j["firing_rate_by_step"].push_back(number(rate));
    j["negative_share"] = number(s.negative_share);
    j["slots"] = s.count.slots;
    j["spikes"] = s.count.spikes;
    j["negative_spikes"] = s.count.negative;
    j["spike_level"] = s.count.level;
}

void put_operations(Json& j, const OperationsPerImage& n) {
    j["synops_per_image"] = n.synops;
    j["mac_per_image"] = n.mac;
    j["nonlinear_mac_per_image"] = n.nonlinear;
    j["ac_per_image"] = n.ac;
    j["ac_bipolar_per_image"] = n.ac_bipolar;
    j["ac_integer_per_image"] = n.ac_integer;
    j["shift_per_image"] = n.shift;
    j["updates_per_image"] = n.updates;
    j["dense_per_image"] = n.dense;
}

void put_energy(Json& j, const Energy& e) {
    j["energy_per_image_pj"] = e.total();
    j["mac_energy_per_image_pj"] = e.mac;
    j["ac_energy_per_image_pj"] = e.ac;
    j["ac_bipolar_energy_per_image_pj"] = e.ac_bipolar;
    j["ac_integer_energy_per_image_pj"] = e.ac_integer;
    j["shift_energy_per_image_pj"] = e.shift;
    j["shift_energy_range_per_image_pj"] = {e.shift_low, e.shift_high};
}

Json layer_json(const LayerResults& layer) {
    Json j;
    j["name"] = layer.name;
    j["kind"] = layer.kind;
    j["kernel"] = layer.kernel;
    j["event_calls"] = layer.event_calls;
    j["dense_calls"] = layer.dense_calls;
    put_spikes(j, layer.spikes);
    j["input_density"] = number(layer.input_density);
    put_operations(j, layer.operations);
    put_energy(j, layer.energy);
    return j;
}

Json class_json(const AccuracyCounts& counts, int64_t label) {
    const uint64_t images = counts.images_of(label), correct = counts.correct_of(label);
    Json j{{"label", label}, {"images", images}, {"correct", correct}, {"accuracy", nullptr}};
    if (images > 0) j["accuracy"] = static_cast<double>(correct) / static_cast<double>(images);
    return j;
}

Json prices_json(const EnergyPrices& prices) {
    Json j;
    for_each_field<EnergyPrices>([&](const auto& f) { j[f.name] = prices.*(f.member); });
    return j;
}

void put_accuracy(Json& j, const RunResults& r) {
    j["images"] = r.images;
    j["timesteps"] = r.timesteps;
    j["correct"] = r.correct.correct();
    j["accuracy"] = r.accuracy;
    j["accuracy_interval"] = {r.accuracy_interval.low, r.accuracy_interval.high};
    j["accuracy_by_step"] = r.accuracy_by_step;
    j["accuracy_by_class"] = Json::array();
    j["confusion"] = Json::array();
    for (int64_t label = 0; label < r.correct.classes; ++label) {
        const auto row = r.correct.confusion.begin() + label * r.correct.classes;
        j["accuracy_by_class"].push_back(class_json(r.correct, label));
        j["confusion"].push_back(std::vector<uint64_t>(row, row + r.correct.classes));
    }
}

void put_run(Json& j, const RunResults& r) {
    j["network"] = r.info.network;
    j["config"] = r.info.config;
    j["dataset"] = r.info.dataset, j["class_names"] = r.info.class_names;
    j.update(Json::parse(provenance_json(r.info.provenance)));
    j["answers_hash"] = r.info.answers_hash;
    j["parameters"] = r.info.parameters;
    j["weights"] = r.info.weights;
    if (const auto& rounding = r.info.rounding)
        j["rounding"] = {{"images", rounding->images},
                         {"accuracy", rounding->accuracy},
                         {"accuracy_float32", rounding->accuracy_float32}};
    j["seconds"] = r.info.seconds;
    j["images_per_second"] = r.images_per_second;
    j["peak_memory_bytes"] = r.peak_memory_bytes;
}

std::string cell(const Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? csv_cell(value.get<std::string>()) : value.dump();
}

/// One level deep: {"a": 1, "b": [2, 3]} to {"a": 1, "b.0": 2, "b.1": 3}.
Json flat(const Json& object) {
    Json out;
    for (const auto& [key, value] : object.items()) {
        if (!value.is_array()) out[key] = value;
        for (size_t i = 0; value.is_array() && i < value.size(); ++i) out[key + "." + std::to_string(i)] = value[i];
    }
    return out;
}

}  // namespace

std::string results_json(const RunResults& results) {
    Json j{{"run", "simulate"}};
    put_accuracy(j, results);
    put_run(j, results);
    put_spikes(j, results.neurons);
    put_operations(j, results.operations);
    j["synops_convention"] = kSynopsConvention;
    put_energy(j, results.energy);
    j["energy_convention"] = kEnergyConvention;
    j["energy_prices_pj"] = prices_json(results.prices);
    j["layers"] = Json::array();
    for (const LayerResults& layer : results.layers) j["layers"].push_back(layer_json(layer));
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string results_csv(const RunResults& results) {
    std::string out;
    for (const LayerResults& layer : results.layers) {
        std::string header, row;
        const Json columns = flat(layer_json(layer));
        for (const auto& [key, value] : columns.items()) {
            header += (header.empty() ? "" : ",") + key;
            row += (row.empty() ? "" : ",") + cell(value);
        }
        if (out.empty()) out = header + "\n";
        out += row + "\n";
    }
    return out;
}

}  // namespace bispike
