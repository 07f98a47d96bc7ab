// Reading recorded runs.
#include "sim/io/recording.h"

#include <algorithm>

#include "sim/core/error.h"
#include "sim/io/hdf5.h"

namespace bispike {
namespace {

Shape shape_of(const hdf5::File& file, const std::string& object) {
    const hdf5::Extents extents = file.extents(object);
    if (extents.size() > Shape::kMaxRank)
        fail("{}: `{}` has {} axes, at most {} are possible", file.path(), object, extents.size(), Shape::kMaxRank);
    return Shape(std::span<const int64_t>(extents));
}

/// [T, B, C, ...] to [T, B, ..., C].
RecordedSpikes channels_last(std::string name, const Shape& from, const std::vector<int8_t>& values) {
    std::vector<int64_t> extents(from.extents().begin(), from.extents().end());
    std::rotate(extents.begin() + 2, extents.begin() + 3, extents.end());
    RecordedSpikes spikes{std::move(name), Shape(std::span<const int64_t>(extents)), {}};
    spikes.values.resize(values.size());
    const int64_t channels = from[2], places = from.product(3, from.rank());
    for (int64_t image = 0; image < from[0] * from[1]; ++image)
        for (int64_t c = 0; c < channels; ++c)
            for (int64_t p = 0; p < places; ++p)
                spikes.values[static_cast<size_t>((image * places + p) * channels + c)] =
                    values[static_cast<size_t>((image * channels + c) * places + p)];
    return spikes;
}

Tensor read_tensor(const hdf5::File& file, const std::string& object, int rank) {
    if (!file.has(object)) return {};
    const Shape shape = shape_of(file, object);
    if (shape.rank() != rank) fail("{}: `{}` {} is to have {} axes", file.path(), object, shape.str(), rank);
    return Tensor(shape, file.read<float>(object));
}

void require_one_length(const Recording& r) {
    const RecordedSpikes* first = r.layers.empty() ? nullptr : &r.layers.begin()->second;
    for (const auto& [name, layer] : r.layers)
        if (layer.shape[0] != first->shape[0] || layer.shape[1] != first->shape[1])
            fail("{}: `{}` {} and `{}` {} differ in their steps or images", r.path, first->theirs, first->shape.str(),
                 layer.theirs, layer.shape.str());
}

}  // namespace

Recording read_recording(const std::string& place, const std::function<std::string(const std::string&)>& our_name) {
    const size_t colon = place.rfind(":/");
    const std::string path = place.substr(0, colon);
    const std::string group = colon == std::string::npos ? "" : place.substr(colon + 1);
    const hdf5::File file = hdf5::File::open(path);
    if (!group.empty() && !file.is_group(group)) fail("{}: no group `{}` in it", path, group);
    Recording recording{
        path, {}, read_tensor(file, group + "/logits_by_step", 3), read_tensor(file, group + "/logits", 2)};
    const std::string spikes = group + "/spikes";
    if (file.has(spikes))
        for (const std::string& layer : file.links(spikes)) {
            const std::string object = spikes + "/" + layer, ours = our_name(layer);
            if (ours.empty()) fail("{}: `{}` is no layer of this network", path, object);
            const Shape shape = shape_of(file, object);
            if (shape.rank() < 4) fail("{}: `{}` {} is to be [T, B, C, ...]", path, object, shape.str());
            recording.layers[ours] = channels_last(layer, shape, file.read<int8_t>(object));
        }
    if (recording.layers.empty() && recording.logits.empty() && recording.logits_by_step.empty())
        fail("{}: neither `spikes` nor `logits` in {}: nothing to compare with", path, group.empty() ? "/" : group);
    require_one_length(recording);
    return recording;
}

}  // namespace bispike
