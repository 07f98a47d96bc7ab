// Walking over the windows of a pooled map.
#pragma once

#include "sim/ops/pool.h"

namespace bispike {

/// One window: the row of the output that it makes and the pixels of the input that it covers.
struct PoolWindow {
    int64_t out;        // row of channels in y
    int64_t image_row;  // row of channels in x of pixel (0, 0) of the same image
    int64_t width;      // of x [pixels]
    Taps y, x;

    /// Calls visit(row of channels in x) for each tap in (ky, kx) order.
    template <class Visit>
    void for_each_row(Visit&& visit) const {
        for (int64_t iy = y.first; iy < y.last; ++iy)
            for (int64_t ix = x.first; ix < x.last; ++ix) visit(image_row + iy * width + ix);
    }
};

/// Calls visit(PoolWindow) for each window of each image of x [t, B, H, W, C], in the order of the output.
template <class Visit>
void for_each_window(const Shape& x, const PoolShape& pool, Visit&& visit) {
    const Shape y = pooled_shape(x, pool);
    int64_t out = 0;
    for (int64_t image = 0; image < x[0] * x[1]; ++image)
        for (int64_t oy = 0; oy < y[2]; ++oy)
            for (int64_t ox = 0; ox < y[3]; ++ox)
                visit(PoolWindow{out++, image * x[2] * x[3], x[3], taps_of_window(oy, x[2], pool),
                                 taps_of_window(ox, x[3], pool)});
}

}  // namespace bispike
