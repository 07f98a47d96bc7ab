// Pooling windows.
#include "sim/ops/pool.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {
namespace {

void require_valid(const PoolShape& pool) {
    if (pool.kernel < 1) fail("pooling kernel = {}: must be at least 1", pool.kernel);
    if (pool.stride < 1) fail("pooling stride = {}: must be at least 1", pool.stride);
    if (pool.padding < 0 || pool.padding > pool.kernel / 2)
        fail("pooling padding = {}: must lie in [0, {}], half the kernel", pool.padding, pool.kernel / 2);
}

int64_t window_count(int64_t extent, const PoolShape& pool) {
    return (extent + 2 * pool.padding - pool.kernel) / pool.stride + 1;
}

}  // namespace

Shape pooled_shape(const Shape& x, const PoolShape& pool) {
    require_valid(pool);
    if (x.rank() != 5) fail("pooling needs an input [t, B, H, W, C], not {}", x.str());
    if (std::min(x[2], x[3]) + 2 * pool.padding < pool.kernel)
        fail("a map of {} x {} pixels is smaller than the pooling kernel {}", x[2], x[3], pool.kernel);
    return x.with(2, window_count(x[2], pool)).with(3, window_count(x[3], pool));
}

Taps taps_of_window(int64_t out, int64_t extent, const PoolShape& pool) {
    const int64_t first = out * pool.stride - pool.padding;
    return {std::max<int64_t>(first, 0), std::min(first + pool.kernel, extent)};
}

Taps windows_over(int64_t in, int64_t windows, const PoolShape& pool) {
    const int64_t place = in + pool.padding;  // counted from the edge of the border
    const int64_t first = place < pool.kernel ? 0 : (place - pool.kernel) / pool.stride + 1;
    return {first, std::min(place / pool.stride + 1, windows)};
}

}  // namespace bispike
