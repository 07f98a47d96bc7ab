// Reading spikes back from a trace file.
#include "sim/report/trace_reader.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/report/spike_series.h"
#include "sim/report/trace_file.h"

namespace bispike {
namespace {

constexpr int64_t kMostSlots = int64_t{1} << 36;  // of one call: a hostile file may ask for more than there is

SpikeKind kind_of(const hdf5::File& trace, const std::string& group) {
    const std::string word = trace.text_attribute(group, "kind");
    for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer, SpikeKind::power_of_two})
        if (word == to_string(kind)) return kind;
    fail("{}: {} has spikes of the unknown kind `{}`", trace.path(), group, word);
}

/// [count, T, ..., C]
Shape shape_of(const hdf5::File& trace, const std::string& group, int64_t count) {
    std::vector<int64_t> extents{count, trace.integer_attribute(group, "timesteps")};
    std::ranges::copy(trace.integers_attribute(group, "shape"), std::back_inserter(extents));
    double slots = 1;
    for (const int64_t extent : extents) slots *= extent < 0 ? NAN : static_cast<double>(extent);
    if (extents.size() > Shape::kMaxRank || extents.size() < 3 || !(slots <= static_cast<double>(kMostSlots)))
        fail("{}: {} has an impossible shape", trace.path(), group);
    return Shape(std::span<const int64_t>(extents));
}

void set(Spikes& spikes, int64_t row, int64_t channel, int value) {
    const uint64_t bit = uint64_t{1} << (channel % 64);
    if (value != 0) spikes.fired(row)[channel / 64] |= bit;
    if (value < 0 && spikes.negative(row) != nullptr) spikes.negative(row)[channel / 64] |= bit;
    if (spikes.levels(row) != nullptr) spikes.levels(row)[channel] = static_cast<int8_t>(value);
}

void read_events(const hdf5::File& trace, const std::string& group, int64_t first, Spikes& spikes) {
    const int64_t steps = spikes.shape()[1], rows = spikes.shape().product(2, spikes.shape().rank() - 1);
    const int64_t lists = spikes.shape()[0] * steps, channels = spikes.channels();
    const auto offsets = trace.read_rows<int64_t>(group + "/offsets", first * steps, lists + 1);
    if (!std::ranges::is_sorted(offsets)) fail("{}: {}/offsets do not rise", trace.path(), group);
    const int64_t events = offsets.back() - offsets.front();
    const auto indices = trace.read_rows<uint32_t>(group + "/indices", offsets.front(), events);
    std::vector<int8_t> values(indices.size(), 1);
    if (spikes.kind() != SpikeKind::binary)
        values = trace.read_rows<int8_t>(group + "/values", offsets.front(), events);
    for (int64_t list = 0; list < lists; ++list)
        for (int64_t event = offsets[list] - offsets[0]; event < offsets[list + 1] - offsets[0]; ++event) {
            const int64_t index = indices[static_cast<size_t>(event)];
            if (index >= rows * channels) fail("{}: {}/indices leave the layer", trace.path(), group);
            set(spikes, list * rows + index / channels, index % channels, values[static_cast<size_t>(event)]);
        }
}

void read_bits(const hdf5::File& trace, const std::string& group, int64_t first, Spikes& spikes) {
    const int64_t count = spikes.shape()[0];
    const auto fired = trace.read_rows<uint64_t>(group + "/fired", first, count);
    std::vector<uint64_t> negative(fired.size(), 0);
    if (spikes.kind() != SpikeKind::binary) negative = trace.read_rows<uint64_t>(group + "/negative", first, count);
    const auto words = static_cast<size_t>(spikes.words());
    if (fired.size() != static_cast<size_t>(spikes.rows()) * words || negative.size() != fired.size())
        fail("{}: {}/fired does not have the shape of the layer", trace.path(), group);
    for (int64_t row = 0; row < spikes.rows(); ++row)
        for (int64_t channel = 0; channel < spikes.channels(); ++channel) {
            const size_t word = static_cast<size_t>(row) * words + static_cast<size_t>(channel / 64);
            if ((fired[word] >> (channel % 64) & 1) == 0) continue;
            set(spikes, row, channel, (negative[word] >> (channel % 64) & 1) != 0 ? -1 : 1);
        }
}

void read_levels(const hdf5::File& trace, const std::string& group, int64_t first, Spikes& spikes) {
    const auto values = trace.read_rows<int8_t>(group + "/values", first, spikes.shape()[0]);
    if (static_cast<int64_t>(values.size()) != spikes.size())
        fail("{}: {}/values do not have the shape of the layer", trace.path(), group);
    for (int64_t i = 0; i < spikes.size(); ++i)
        set(spikes, i / spikes.channels(), i % spikes.channels(), values[static_cast<size_t>(i)]);
}

}  // namespace

hdf5::File open_trace(const std::string& path) {
    hdf5::File trace = hdf5::File::open(path);
    if (!trace.has_attribute("/", "schema") || trace.text_attribute("/", "schema") != kTraceSchema)
        fail("{} is not a Bispike trace", path);
    const int64_t version = trace.integer_attribute("/", "schema_version");
    if (version != kTraceSchemaVersion)
        fail("{} has schema version {}; this program reads version {}", path, version, kTraceSchemaVersion);
    return trace;
}

std::vector<std::string> traced_layers(const hdf5::File& trace) {
    if (!trace.has_attribute("/", "neurons")) return {};  // stopped before its first image
    std::vector<std::string> layers = trace.texts_attribute("/", "neurons");
    std::erase_if(layers, [&](const std::string& layer) { return !trace.has("/spikes/" + layer); });
    return layers;
}

Spikes traced_spikes(const hdf5::File& trace, const std::string& layer, int64_t first, int64_t count) {
    const std::vector<std::string> layers = traced_layers(trace);
    if (layers.empty()) fail("{} holds no spikes", trace.path());
    if (std::ranges::find(layers, layer) == layers.end()) fail("{}: layer {}", trace.path(), suggestion(layer, layers));
    const int64_t samples = trace.extents("/samples/index").at(0);
    if (first < 0 || count < 0 || first > samples || count > samples - first)
        fail("{} holds {} images, not {} from number {} on", trace.path(), samples, count, first);
    const std::string group = "/spikes/" + layer;
    Spikes spikes(shape_of(trace, group, count), kind_of(trace, group));
    switch (spike_encoding(trace.text_attribute(group, "encoding"))) {
        case SpikeEncoding::csr:
            read_events(trace, group, first, spikes);
            break;
        case SpikeEncoding::bits:
            read_bits(trace, group, first, spikes);
            break;
        case SpikeEncoding::levels:
            read_levels(trace, group, first, spikes);
            break;
    }
    return spikes;
}

Spikes traced_spikes(const hdf5::File& trace, const std::string& layer) {
    return traced_spikes(trace, layer, 0, trace.extents("/samples/index").at(0));
}

}  // namespace bispike
