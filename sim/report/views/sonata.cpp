// SONATA: spikes and a report, one population a layer, as libsonata reads them.
//
//   /                      magic = 0x0A7A, version = 0 1
//   /spikes/<layer>        timestamps [ms], node_ids, in the order of time; values where spikes have a sign or a level
//   /report/<layer>        data [steps, neurons]; mapping/: node_ids, index_pointers, element_ids, time
//
// The images follow each other: step t of image i of the chosen ones is at (i T + t) step_ms. Source: the SONATA guide
// of the Allen Institute and the Blue Brain Project, version 0.1; what libsonata asks for beside it.
#include <array>
#include <numeric>
#include <optional>

#include "sim/core/error.h"
#include "sim/report/views/hdf5_output.h"
#include "sim/report/views/views.h"

namespace bispike {
namespace {

using hdf5::Series;
using hdf5::Type;

constexpr uint32_t kMagic = 0x0A7A;
constexpr std::array<uint32_t, 2> kVersion{0, 1};

void write_spikes(const TracePart& part, const TracedArray& array, double step_ms, hdf5::File& file) {
    const std::string group = "/spikes/" + array.layer;
    const bool valued = part.trace().text_attribute(array.object, "kind") != "binary";
    file.make_group(group);
    file.set_choice(group, "sorting", {"none", "by_id", "by_time"}, 2);
    Series times(file, group + "/timestamps", Type::float64, {}), nodes(file, group + "/node_ids", Type::uint64, {});
    file.set_attribute(group + "/timestamps", "units", std::string("ms"));
    std::optional<Series> values;
    if (valued) values.emplace(file, group + "/values", Type::int8, hdf5::Extents{});
    int64_t first_step = 0;
    for (const int64_t place : part.places()) {
        std::vector<double> when;
        std::vector<uint64_t> who;
        std::vector<int8_t> what;
        for (const TracedSpike& spike : part.spikes(array, place)) {
            when.push_back(static_cast<double>(first_step + spike.step) * step_ms);
            who.push_back(static_cast<uint64_t>(spike.index));
            what.push_back(static_cast<int8_t>(spike.value));
        }
        times.append<double>(when);
        nodes.append<uint64_t>(who);
        if (values) values->append<int8_t>(what);
        first_step += part.timesteps();
    }
}

/// Every neuron is a node of one element.
void write_mapping(const std::string& group, int64_t neurons, hdf5::File& file) {
    const auto count = static_cast<size_t>(neurons);
    std::vector<uint64_t> nodes(count), pointers(count + 1);
    std::iota(nodes.begin(), nodes.end(), uint64_t{0});
    std::iota(pointers.begin(), pointers.end(), uint64_t{0});
    file.write<uint64_t>(group + "/node_ids", {neurons}, nodes);
    file.set_exactly(group + "/node_ids", "sorted", uint8_t{1});
    file.write<uint64_t>(group + "/index_pointers", {neurons + 1}, pointers);
    file.write<uint32_t>(group + "/element_ids", {neurons}, std::vector<uint32_t>(count, 0));
}

void write_report(const TracePart& part, const TracedArray& array, double step_ms, hdf5::File& file) {
    const std::string group = "/report/" + array.layer;
    const auto steps = static_cast<double>(part.timesteps()) * static_cast<double>(part.places().size());
    write_mapping(group + "/mapping", array.size(), file);
    file.write<double>(group + "/mapping/time", {3}, std::array{0.0, steps * step_ms, step_ms});
    file.set_attribute(group + "/mapping/time", "units", std::string("ms"));
    Series data(file, group + "/data", Type::float32, {array.size()});
    file.set_attribute(group + "/data", "units", std::string("1"));  // thresholds are plain numbers: no unit
    file.set_attribute(group + "/data", "quantity", std::string(to_string(array.quantity)));
    for (const int64_t place : part.places()) data.append<float>(part.values(array, place));
}

/// Throws Error unless there is one quantity to report, and it is one of neurons.
void require_sonata(const TracePart& part) {
    Quantities reported;
    for (const TracedArray& array : part.arrays())
        if (array.quantity == Quantity::membrane || array.quantity == Quantity::current)
            reported.insert(array.quantity);
    if (reported.size() > 1) fail("sonata: a layer has one report: choose --what spikes,membrane or spikes,current");
    for (const TracedArray& array : part.arrays())
        if (array.quantity == Quantity::spikes || !reported.empty()) return;
    fail("sonata has a place for spikes, membrane and current alone");
}

}  // namespace

void write_sonata(const TracePart& part, const ViewOptions& options) {
    require_sonata(part);
    Hdf5Output output(options.path);
    hdf5::File& file = output.file();
    file.set_exactly("/", "magic", kMagic);
    file.set_exactly<uint32_t>("/", "version", kVersion);
    for (const TracedArray& array : part.arrays()) {
        if (array.quantity == Quantity::spikes) write_spikes(part, array, options.step_ms, file);
        if (array.quantity == Quantity::membrane || array.quantity == Quantity::current)
            write_report(part, array, options.step_ms, file);
    }
    output.finish();
}

}  // namespace bispike
