// A part of a trace.
#include "sim/report/trace_part.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/report/image_choice.h"
#include "sim/report/layer_glob.h"
#include "sim/report/trace_reader.h"

namespace bispike {
namespace {

/// Extents without the axes of samples and steps.
hdf5::Extents of_step(const hdf5::Extents& all, const std::string& object) {
    if (all.size() < 3) fail("trace: {} has no axes [sample, step, ...]", object);
    return {all.begin() + 2, all.end()};
}

std::vector<std::string> axes_of(const hdf5::File& trace, const std::string& object, size_t rank) {
    std::vector<std::string> axes = trace.texts_attribute(object, "axes");
    if (axes.size() != rank + 2)
        fail("{}: {} has {} axes and {} names of axes", trace.path(), object, rank + 2, axes.size());
    axes.erase(axes.begin(), axes.begin() + 2);
    return axes;
}

void add_dense(const hdf5::File& trace, TracedArray array, std::vector<TracedArray>& all) {
    if (!trace.has(array.object)) return;
    array.shape = of_step(trace.extents(array.object), array.object);
    array.axes = axes_of(trace, array.object, array.shape.size());
    all.push_back(std::move(array));
}

void add_spikes(const hdf5::File& trace, const std::string& layer, std::vector<TracedArray>& all) {
    TracedArray array{Quantity::spikes, layer, "/spikes/" + layer, {}, {}};
    if (!trace.has(array.object)) return;
    array.shape = trace.integers_attribute(array.object, "shape");
    array.axes = axes_of(trace, array.object, array.shape.size());
    all.push_back(std::move(array));
}

bool is_dense(const TracedArray& array) { return array.quantity != Quantity::spikes; }

/// The arrays of the chosen layers and quantities.
std::vector<TracedArray> choose_arrays(const hdf5::File& trace, const TraceChoice& choice) {
    std::vector<TracedArray> all = traced_arrays(trace), chosen;
    if (all.empty()) fail("{} holds nothing yet", trace.path());
    std::vector<std::string> layers;
    for (const TracedArray& array : all) layers.push_back(array.layer);
    layers.erase(std::ranges::unique(layers).begin(), layers.end());
    const LayerGlob glob(choice.layers.empty() ? "*" : choice.layers);
    glob.require_each_matches(layers);
    const Quantities wanted = choice.what.empty() ? Quantities{} : quantities(choice.what);
    for (TracedArray& array : all)
        if (glob.matches(array.layer) && (wanted.empty() || wanted.contains(array.quantity)))
            chosen.push_back(std::move(array));
    for (const Quantity q : wanted)
        if (std::ranges::find(chosen, q, &TracedArray::quantity) == chosen.end())
            fail("{} holds no {} of these layers", trace.path(), to_string(q));
    return chosen;
}

}  // namespace

int64_t TracedArray::size() const {
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

std::vector<TracedArray> traced_arrays(const hdf5::File& trace) {
    std::vector<TracedArray> all;
    if (!trace.has_attribute("/", "neurons")) return all;  // stopped before its first image
    for (const std::string& layer : trace.texts_attribute("/", "neurons")) {
        add_spikes(trace, layer, all);
        add_dense(trace, {Quantity::membrane, layer, "/membrane/" + layer, {}, {}}, all);
        add_dense(trace, {Quantity::current, layer, "/current/" + layer, {}, {}}, all);
    }
    for (const std::string& layer : trace.texts_attribute("/", "attention")) {
        add_dense(trace, {Quantity::score, layer, "/attention/" + layer + "/score", {}, {}}, all);
        add_dense(trace, {Quantity::attention, layer, "/attention/" + layer + "/weight", {}, {}}, all);
    }
    if (!trace.has_attribute("/", "energy")) return all;  // the run did not count it
    for (const std::string& layer : trace.texts_attribute("/", "energy"))
        add_dense(trace, {Quantity::energy, layer, "/energy/" + layer, {}, {}}, all);
    return all;
}

TracePart::TracePart(const hdf5::File& trace, const TraceChoice& choice)
    : trace_(&trace),
      timesteps_(trace.has_attribute("/", "timesteps") ? trace.integer_attribute("/", "timesteps") : 0) {
    arrays_ = choose_arrays(trace, choice);
    samples_ = trace.read<int64_t>("/samples/index");
    labels_ = trace.read<int32_t>("/samples/label");
    // Labels are written before the index: after a crash they may be those of more images.
    if (labels_.size() < samples_.size()) fail("{}: /samples/label is shorter than /samples/index", trace.path());
    labels_.resize(samples_.size());
    if (samples_.empty()) fail("{} holds no whole image yet", trace.path());
    places_ = choice.images.empty() ? image_range(0, static_cast<int64_t>(samples_.size()))
                                    : choose_images(choice.images, samples_, labels_);
}

std::vector<TracedSpike> TracePart::spikes(const TracedArray& array, int64_t place) const {
    const Spikes from = traced_spikes(*trace_, array.layer, place, 1);
    const int64_t rows = from.rows() / timesteps_;
    std::vector<TracedSpike> spikes;
    for (int64_t row = 0; row < from.rows(); ++row)
        for (int64_t word = 0; word < from.words(); ++word)
            for (uint64_t left = from.fired(row)[word]; left != 0; left &= left - 1) {
                const int64_t channel = word * 64 + std::countr_zero(left);
                spikes.push_back({row / rows, row % rows * from.channels() + channel, from.value(row, channel)});
            }
    return spikes;
}

std::vector<float> TracePart::values(const TracedArray& array, int64_t place) const {
    if (is_dense(array)) {
        auto values = trace_->read_rows<float>(array.object, place, 1);
        if (static_cast<int64_t>(values.size()) != timesteps_ * array.size())
            fail("{}: {} does not have {} steps", trace_->path(), array.object, timesteps_);
        return values;
    }
    const Tensor dense = traced_spikes(*trace_, array.layer, place, 1).to_tensor();
    return {dense.values().begin(), dense.values().end()};
}

}  // namespace bispike
