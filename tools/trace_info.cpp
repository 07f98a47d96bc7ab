// `bispike trace info`: what a trace holds, layer by layer, and where it comes from.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/report/table.h"
#include "sim/report/trace_part.h"
#include "sim/report/trace_reader.h"
#include "tools/trace_verbs.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

/// Attributes of a group: text, or a number where it is one.
Json attributes(const hdf5::File& trace, const std::string& group) {
    Json all = Json::object();
    for (const std::string& name : trace.attributes(group))
        all[name] = name == "seed" || name == "threads" ? Json(trace.integer_attribute(group, name))
                                                        : Json(trace.text_attribute(group, name));
    return all;
}

/// Spikes by slots, of the images whose tracing was completed.
double rate(const hdf5::File& trace, const TracedArray& array, int64_t images) {
    const auto counts = trace.read_rows<int64_t>("/counts/" + array.layer, 0, images);
    const int64_t spikes = std::accumulate(counts.begin(), counts.end(), int64_t{0});
    return static_cast<double>(spikes) / static_cast<double>(static_cast<int64_t>(counts.size()) * array.size());
}

Json array_json(const hdf5::File& trace, const TracedArray& array, int64_t images) {
    Json j{
        {"layer", array.layer}, {"quantity", to_string(array.quantity)}, {"shape", array.shape}, {"axes", array.axes}};
    if (trace.has_attribute(array.object, "threshold"))
        j["threshold"] = trace.real_attribute(array.object, "threshold");
    if (array.quantity != Quantity::spikes) return j;
    j["kind"] = trace.text_attribute(array.object, "kind");
    j["encoding"] = trace.text_attribute(array.object, "encoding");
    if (images > 0) j["firing_rate"] = rate(trace, array, images);
    return j;
}

Json describe(const hdf5::File& trace) {
    const int64_t images = trace.has("/samples/index") ? trace.extents("/samples/index").at(0) : 0;
    Json j{{"trace", trace.path()},
           {"schema_version", trace.integer_attribute("/", "schema_version")},
           {"complete", trace.has_attribute("/", "complete")},
           {"images", images}};
    j["timesteps"] = trace.has_attribute("/", "timesteps") ? Json(trace.integer_attribute("/", "timesteps")) : Json();
    j["provenance"] = attributes(trace, "/provenance");
    j["settings"] = attributes(trace, "/settings");
    j["arrays"] = Json::array();
    for (const TracedArray& array : traced_arrays(trace)) j["arrays"].push_back(array_json(trace, array, images));
    return j;
}

std::string value_text(const Json& object, const char* key) {
    if (!object.contains(key)) return "-";
    const Json& value = object[key];
    return value.is_string()   ? value.get<std::string>()
           : value.is_number() ? fmt::format("{:.4g}", value.get<double>())
                               : value.dump();
}

void print(const Json& j) {
    fmt::print("{} images, {} steps{}\n\n", j["images"].get<int64_t>(), j["timesteps"].dump(),
               j["complete"].get<bool>() ? "" : "; not complete: the run did not end");
    Table table;
    for (const char* title : {"layer", "quantity", "kind", "encoding"}) table.column(title, Table::Align::left);
    for (const char* title : {"shape", "threshold", "firing_rate"}) table.column(title, Table::Align::right);
    for (const Json& array : j["arrays"])
        table.row({value_text(array, "layer"), value_text(array, "quantity"), value_text(array, "kind"),
                   value_text(array, "encoding"), value_text(array, "shape"), value_text(array, "threshold"),
                   value_text(array, "firing_rate")});
    fmt::print("{}\n", table.str());
    for (const auto& [key, value] : j["provenance"].items())
        fmt::print("{:<12}{}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
}

}  // namespace

int trace_info(const TraceFlags& flags) {
    const hdf5::File trace = open_trace(flags.files.at(0));
    const Json j = describe(trace);
    if (flags.json)
        fmt::print("{}\n", j.dump(2, ' ', false, Json::error_handler_t::replace));
    else
        print(j);
    return 0;
}

}  // namespace bispike
