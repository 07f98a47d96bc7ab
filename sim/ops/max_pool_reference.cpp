// Maximum pooling, slot by slot.
#include <cmath>

#include "sim/ops/max_pool.h"
#include "sim/ops/windows.h"

namespace bispike {
namespace {

/// The row of x that holds the first maximum of channel c under a window.
int64_t first_maximum(const Tensor& x, const PoolWindow& window, int64_t c) {
    int64_t best = -1;
    window.for_each_row([&](int64_t r) {
        if (best < 0 || x.row(r)[c] > x.row(best)[c] || std::isnan(x.row(r)[c])) best = r;
    });
    return best;
}

}  // namespace

Tensor max_pool_reference(const Tensor& x, const PoolShape& pool) {
    Tensor y(pooled_shape(x.shape(), pool));
    for_each_window(x.shape(), pool, [&](const PoolWindow& window) {
        for (int64_t c = 0; c < x.channels(); ++c) y.row(window.out)[c] = x.row(first_maximum(x, window, c))[c];
    });
    return y;
}

Tensor max_pool_backward_reference(const Tensor& x, const PoolShape& pool, const Tensor& gradient) {
    Tensor out(x.shape());
    for_each_window(x.shape(), pool, [&](const PoolWindow& window) {
        for (int64_t c = 0; c < x.channels(); ++c)
            out.row(first_maximum(x, window, c))[c] += gradient.row(window.out)[c];
    });
    return out;
}

}  // namespace bispike
