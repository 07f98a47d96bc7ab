// Two panels of a product with events: the 64 channels that make one word of spikes.
#pragma once

#include <algorithm>

#include "sim/ops/currents.h"
#include "sim/ops/matmul.h"

namespace bispike {

/// Columns [64 word, 64 word + 64) of a packed matrix.
struct WordOfColumns {
    const PackedMatrix* weights;
    int64_t word;
};

/// Rows [first, last) of the product x w, to [last - first, 64]; columns beyond those of the matrix are 0.
inline void fill_panels(const Events& x, int64_t first, int64_t last, WordOfColumns columns, float* to) {
    constexpr int64_t kPanel = PackedMatrix::kPanel, kStride = Currents::kChannels;
    for (int64_t half = 0; half < kStride / kPanel; ++half) {
        const int64_t panel = columns.word * (kStride / kPanel) + half;
        float* const at = to + half * kPanel;
        if (panel < columns.weights->panels())
            matmul_panel(x, first, last, *columns.weights, panel, {at, last - first, kStride});
        else
            for (int64_t r = 0; r < last - first; ++r) std::fill_n(at + r * kStride, kPanel, 0.0f);
    }
}

}  // namespace bispike
