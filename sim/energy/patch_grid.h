// Patches over the image, and what lies in them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/net/sketch.h"

namespace bispike {

struct LayerFacts;

/// Rows and columns of patches over the image.
struct PatchGrid {
    int64_t rows = 1, columns = 1;
    int64_t size() const { return rows * columns; }
};

/// Those that the last convolution leaves.
PatchGrid grid_of(const Sketch& sketch);

/// The patch of each position of a synapse's input, or of each token that attention looks at. Empty where they do not
/// cover the image in rows and columns: then what happens there belongs to all patches alike.
std::vector<int32_t> patches_of(const LayerFacts& layer, const PatchGrid& grid);

}  // namespace bispike
