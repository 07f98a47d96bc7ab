// What maximum and average pooling share: the window and where it falls.
#pragma once

#include "sim/core/shape.h"

namespace bispike {

/// A square window over height and width, moved by `stride`, over a map with a border of `padding` [pixels].
struct PoolShape {
    int64_t kernel = 2, stride = 2, padding = 0;
};

/// [t, B, H, W, C] -> [t, B, (H + 2 padding - kernel) / stride + 1, likewise for W, C], rounded down. Throws Error for
/// a rank other than 5, kernel or stride below 1, padding outside [0, kernel / 2], or a map smaller than the window.
Shape pooled_shape(const Shape& x, const PoolShape& pool);

/// Positions [first, last) along one axis.
struct Taps {
    int64_t first, last;
};

/// The input positions under window `out` along an axis of the given extent, without padding. Never empty.
Taps taps_of_window(int64_t out, int64_t extent, const PoolShape& pool);
/// The windows, of `windows` in all, that cover input position `in`. Empty where the stride skips it.
Taps windows_over(int64_t in, int64_t windows, const PoolShape& pool);

}  // namespace bispike
