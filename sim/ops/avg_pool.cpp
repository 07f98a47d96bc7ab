// Average pooling.
#include "sim/ops/avg_pool.h"

#include <vector>

#include "sim/ops/levels.h"
#include "sim/ops/windows.h"

namespace bispike {
namespace {

float window_size(const PoolShape& pool) { return static_cast<float>(pool.kernel * pool.kernel); }

/// row_of(r) is row r of the input, as any type of number; the pointer lives until the next call.
Tensor mean_of_windows(const Shape& x, const PoolShape& pool, auto row_of) {
    Tensor y(pooled_shape(x, pool));
    for_each_window(x, pool, [&](const PoolWindow& window) {
        float* sum = y.row(window.out);
        window.for_each_row([&](int64_t r) {
            const auto* from = row_of(r);
            for (int64_t c = 0; c < x.channels(); ++c) sum[c] += static_cast<float>(from[c]);
        });
        for (int64_t c = 0; c < x.channels(); ++c) sum[c] /= window_size(pool);
    });
    return y;
}

}  // namespace

Tensor avg_pool(const Tensor& x, const PoolShape& pool) {
    return mean_of_windows(x.shape(), pool, [&](int64_t r) { return x.row(r); });
}

Tensor avg_pool(const Spikes& x, const PoolShape& pool) {
    std::vector<int8_t> levels(static_cast<size_t>(x.channels()));
    return mean_of_windows(x.shape(), pool, [&](int64_t r) {
        unpack_levels(x, r, levels.data());
        return static_cast<const int8_t*>(levels.data());
    });
}

Tensor avg_pool_backward(const Shape& x, const PoolShape& pool, const Tensor& gradient) {
    require_shape(gradient.shape(), pooled_shape(x, pool), "the gradient of avg_pool");
    Tensor out(x);
    for_each_window(x, pool, [&](const PoolWindow& window) {
        const float* from = gradient.row(window.out);
        window.for_each_row([&](int64_t r) {
            for (int64_t c = 0; c < x.channels(); ++c) out.row(r)[c] += from[c] / window_size(pool);
        });
    });
    return out;
}

Tensor avg_pool_reference(const Tensor& x, const PoolShape& pool) {
    Tensor y(pooled_shape(x.shape(), pool));
    for_each_window(x.shape(), pool, [&](const PoolWindow& window) {
        for (int64_t c = 0; c < x.channels(); ++c) {
            double sum = 0.0;
            window.for_each_row([&](int64_t r) { sum += x.row(r)[c]; });
            y.row(window.out)[c] = static_cast<float>(sum / window_size(pool));
        }
    });
    return y;
}

}  // namespace bispike
