// The energy of traced images as arrays of a trace.
#include "sim/report/trace_energy.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// [T, ..., patches] of each image as [samples, T, (heads,) rows, columns].
Shape shape_of(const TraceLane& lane, const PatchGrid& grid, int64_t heads) {
    std::vector<int64_t> extents{static_cast<int64_t>(lane.samples.size()), lane.timesteps};
    if (heads > 0) extents.push_back(heads);
    extents.insert(extents.end(), {grid.rows, grid.columns});
    return Shape(std::span<const int64_t>(extents));
}

void put(const std::vector<double>& values, size_t image, Tensor& to) {
    std::ranges::transform(values, to.data() + image * values.size(), [](double v) { return static_cast<float>(v); });
}

}  // namespace

void add_energy(TraceLane& lane, std::span<const Attribution> images, const LayerGlob& glob) {
    if (images.size() != lane.samples.size())
        fail("trace: the energy of {} images came with {}", images.size(), lane.samples.size());
    const Attribution& first = images.front();
    lane.energy_prices = first.prices;
    Tensor whole = Tensor::uninitialised(shape_of(lane, first.grid, 0));
    for (size_t i = 0; i < images.size(); ++i) put(images[i].map, i, whole);
    lane.arrays.emplace_back(kImageEnergy, std::move(whole));
    for (size_t l = 0; l < first.layers.size(); ++l) {
        const std::string& name = first.layers[l].name;
        lane.layers.push_back(name);
        if (!glob.matches(name)) continue;
        lane.energy.push_back(name);
        Tensor map = Tensor::uninitialised(shape_of(lane, first.grid, first.layers[l].heads));
        for (size_t i = 0; i < images.size(); ++i) put(images[i].layers[l].map, i, map);
        lane.arrays.emplace_back("/energy/" + name, std::move(map));
    }
}

}  // namespace bispike
