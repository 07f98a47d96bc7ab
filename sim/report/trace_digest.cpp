// A trace made small enough to look at.
#include "sim/report/trace_digest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/report/neuron_health.h"
#include "sim/report/trace_energy.h"
#include "sim/report/trace_part.h"
#include "sim/report/trace_reader.h"

namespace bispike {
namespace {

using nlohmann::ordered_json;

/// `count` of the numbers [0, all), evenly spaced from the first to the last.
std::vector<int64_t> evenly(int64_t count, int64_t all) {
    std::vector<int64_t> chosen;
    count = std::min(count, all);
    for (int64_t i = 0; i < count; ++i) chosen.push_back(count == 1 ? 0 : i * (all - 1) / (count - 1));
    return chosen;
}

/// Four digits are as many as a screen shows.
double short_number(float value) {
    if (value == 0.0f || !std::isfinite(value)) return value;
    const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::abs(value))));
    return scale >= 1 ? std::round(value * scale) / scale : std::round(value);
}

std::string base64(std::span<const uint8_t> bytes) {
    static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t group = 0;
        for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? bytes[i + k] : 0);
        for (size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

/// What is kept of a layer of neurons.
struct Layer {
    TracedArray spikes;
    const TracedArray* membrane = nullptr;
    std::vector<int64_t> shown, watched;  // neurons
};

class Digest {
public:
    Digest(const hdf5::File& trace, const DigestOptions& options) : trace_(trace), part_(trace, {}) {
        for (const TracedArray& array : part_.arrays()) {
            if (array.quantity == Quantity::spikes)
                layers_.push_back({array, nullptr, evenly(options.shown, array.size()), {}});
            if (array.quantity == Quantity::membrane && !layers_.empty() && layers_.back().spikes.layer == array.layer)
                layers_.back().membrane = &array;
            if (array.quantity == Quantity::attention) attention_.push_back(&array);
            if (array.quantity == Quantity::energy) energy_.push_back(&array);
        }
        for (Layer& layer : layers_)
            for (const int64_t i : evenly(options.watched, static_cast<int64_t>(layer.shown.size())))
                layer.watched.push_back(layer.shown[static_cast<size_t>(i)]);
    }

    ordered_json layers() const {
        ordered_json all = ordered_json::array();
        for (const Layer& l : layers_) {
            const double threshold = trace_.real_attribute(l.spikes.object, "threshold");
            all.push_back({{"name", l.spikes.layer},
                           {"kind", trace_.text_attribute(l.spikes.object, "kind")},
                           {"neurons", l.spikes.size()},
                           {"threshold", std::isfinite(threshold) ? ordered_json(threshold) : ordered_json()},
                           {"shown", l.shown},
                           {"watched", l.watched}});
        }
        return all;
    }
    ordered_json attention() const {
        ordered_json all = ordered_json::array();
        for (const TracedArray* a : attention_) all.push_back({{"name", a->layer}});
        return all;
    }
    ordered_json images(int64_t most) const {
        const auto predictions = trace_.read<int32_t>("/samples/prediction");
        ordered_json all = ordered_json::array();
        for (const int64_t place : part_.places()) {
            if (std::ssize(all) == most) break;
            ordered_json image{{"index", part_.sample(place)},
                               {"label", part_.label(place)},
                               {"prediction", predictions[static_cast<size_t>(place)]},
                               {"pixels", pixels(place)},
                               {"rasters", ordered_json::array()},
                               {"membranes", ordered_json::array()},
                               {"attention", ordered_json::array()}};
            for (const Layer& layer : layers_) {
                image["rasters"].push_back(raster(layer, place));
                image["membranes"].push_back(potentials(layer, place));
            }
            for (const TracedArray* array : attention_) image["attention"].push_back(maps(*array, place));
            image["energy"] = energy(place);
            all.push_back(std::move(image));
        }
        return all;
    }
    ordered_json health() const {
        ordered_json all = ordered_json::array();
        for (const NeuronHealth& h : neuron_health(trace_))
            all.push_back({{"name", h.layer},
                           {"neurons", h.neurons},
                           {"dead", h.dead},
                           {"saturated", h.saturated},
                           {"constant", h.constant}});
        return all;
    }
    int64_t traced_images() const { return static_cast<int64_t>(part_.places().size()); }

private:
    /// [step, place among the shown neurons, value] of each spike.
    ordered_json raster(const Layer& layer, int64_t place) const {
        ordered_json spikes = ordered_json::array();
        for (const TracedSpike& s : part_.spikes(layer.spikes, place)) {
            const auto found = std::ranges::lower_bound(layer.shown, s.index);
            if (found == layer.shown.end() || *found != s.index) continue;
            spikes.push_back({s.step, found - layer.shown.begin(), s.value});
        }
        return spikes;
    }
    /// [watched][T]; empty where the trace has none.
    ordered_json potentials(const Layer& layer, int64_t place) const {
        ordered_json all = ordered_json::array();
        if (layer.membrane == nullptr) return all;
        const std::vector<float> values = part_.values(*layer.membrane, place);
        for (const int64_t neuron : layer.watched) {
            ordered_json line = ordered_json::array();
            for (int64_t t = 0; t < part_.timesteps(); ++t)
                line.push_back(short_number(values[static_cast<size_t>(t * layer.membrane->size() + neuron)]));
            all.push_back(std::move(line));
        }
        return all;
    }
    /// [T][heads][rows][columns]: what each key gets, the mean of all queries. Keys that make no square lie in a row.
    ordered_json maps(const TracedArray& array, int64_t place) const {
        const std::vector<float> values = part_.values(array, place);
        const int64_t heads = array.shape[0], queries = array.shape[1], keys = array.shape[2];
        const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(keys))));
        const int64_t columns = side * side == keys ? side : keys;
        ordered_json steps = ordered_json::array();
        for (int64_t t = 0; t < part_.timesteps(); ++t) {
            ordered_json by_head = ordered_json::array();
            for (int64_t h = 0; h < heads; ++h) {
                const float* from = values.data() + (t * heads + h) * queries * keys;
                by_head.push_back(map_of(from, queries, keys, columns));
            }
            steps.push_back(std::move(by_head));
        }
        return steps;
    }
    static ordered_json map_of(const float* weights, int64_t queries, int64_t keys, int64_t columns) {
        ordered_json rows = ordered_json::array();
        for (int64_t j = 0; j < keys; ++j) {
            float sum = 0;
            for (int64_t i = 0; i < queries; ++i) sum += weights[i * keys + j];
            if (j % columns == 0) rows.push_back(ordered_json::array());
            rows.back().push_back(short_number(sum / static_cast<float>(queries)));
        }
        return rows;
    }
    /// Of all layers `map` [T][rows][columns]; of the products of each attention `attention` [T][heads][rows][columns],
    /// null where the trace has not both. [pJ] Null where it has none.
    ordered_json energy(int64_t place) const {
        if (!trace_.has(kImageEnergy)) return nullptr;
        const hdf5::Extents extents = trace_.extents(kImageEnergy);  // [S, T, rows, columns]
        if (extents.size() != 4) fail("{}: {} has {} axes, not 4", trace_.path(), kImageEnergy, extents.size());
        ordered_json all{{"map", nested(trace_.read_rows<float>(kImageEnergy, place, 1), extents, 1)},
                         {"attention", ordered_json::array()}};
        for (const TracedArray* attention : attention_) all["attention"].push_back(products(attention->layer, place));
        return all;
    }
    /// The energy of q k^T and of the weighted sum together.
    ordered_json products(const std::string& attention, int64_t place) const {
        std::vector<float> sum;
        hdf5::Extents extents;
        for (const TracedArray* array : energy_) {
            if (array->shape.size() != 3 || !array->layer.starts_with(attention + ".")) continue;
            const std::vector<float> values = part_.values(*array, place);
            if (!sum.empty() && values.size() != sum.size())
                fail("{}: {} has another shape than the other products", trace_.path(), array->object);
            extents = trace_.extents(array->object);  // [S, T, heads, rows, columns]
            sum.resize(values.size());
            std::ranges::transform(sum, values, sum.begin(), std::plus<>());
        }
        return sum.empty() ? ordered_json() : nested(sum, extents, 1);
    }
    /// Values as lists of lists, along the axes from `axis` on.
    static ordered_json nested(std::span<const float> values, const hdf5::Extents& extents, size_t axis) {
        ordered_json list = ordered_json::array();
        const size_t each = values.size() / static_cast<size_t>(std::max<int64_t>(1, extents[axis]));
        for (size_t i = 0; i < values.size(); i += each)
            list.push_back(axis + 1 == extents.size() ? ordered_json(short_number(values[i]))
                                                      : nested(values.subspan(i, each), extents, axis + 1));
        return list;
    }
    /// The image itself, where the trace has it.
    ordered_json pixels(int64_t place) const {
        if (!trace_.has("/samples/image")) return nullptr;
        const hdf5::Extents extents = trace_.extents("/samples/image");  // [S, H, W, C]
        return {{"height", extents[1]},
                {"width", extents[2]},
                {"channels", extents[3]},
                {"base64", base64(trace_.read_rows<uint8_t>("/samples/image", place, 1))}};
    }

    const hdf5::File& trace_;
    TracePart part_;
    std::vector<Layer> layers_;
    std::vector<const TracedArray*> attention_, energy_;
};

}  // namespace

std::string trace_digest(const hdf5::File& trace, const DigestOptions& options) {
    const Digest digest(trace, options);
    return ordered_json{{"images", digest.images(options.images)},
                        {"layers", digest.layers()},
                        {"attention", digest.attention()},
                        {"health", digest.health()},
                        {"health_images", digest.traced_images()}}
        .dump();
}

}  // namespace bispike
