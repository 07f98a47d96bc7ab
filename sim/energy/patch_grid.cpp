// Patches over the image.
#include "sim/energy/patch_grid.h"

#include <cmath>

#include "sim/energy/layer_facts.h"

namespace bispike {

PatchGrid grid_of(const Sketch& sketch) {
    PatchGrid grid;
    for (const SketchedCall& call : sketch.calls) {
        if (call.layer == nullptr || call.input.rank() != 3) continue;
        if (const auto w = call.layer->window()) grid = {w->y.output(call.input[0]), w->x.output(call.input[1])};
    }
    return grid;
}

std::vector<int32_t> patches_of(const LayerFacts& f, const PatchGrid& grid) {
    const int64_t positions = f.positions;
    int64_t rows = f.image_rows, columns = f.image_columns;
    if (rows == 0) {
        const double each = static_cast<double>(positions) / static_cast<double>(grid.size());
        const auto scale = std::llround(std::sqrt(each));
        rows = grid.rows * scale, columns = grid.columns * scale;
    }
    if (rows * columns != positions || rows < grid.rows || columns < grid.columns) return {};
    std::vector<int32_t> patches;
    for (int64_t p = 0; p < positions; ++p)
        patches.push_back(
            static_cast<int32_t>(p / columns * grid.rows / rows * grid.columns + p % columns * grid.columns / columns));
    return patches;
}

}  // namespace bispike
