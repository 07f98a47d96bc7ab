// Maximum pooling of tensors and of integer levels; see max_pool_bits.cpp for bit planes.
#include "sim/ops/max_pool.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "sim/ops/levels.h"
#include "sim/ops/max_pool_bits.h"
#include "sim/ops/windows.h"

namespace bispike {
namespace {

// No branch, so that loops over channels become vector instructions.
bool beats(float value, float best) { return static_cast<int>(value > best) | static_cast<int>(value != value); }
bool beats(int8_t value, int8_t best) { return value > best; }

void keep_larger(const auto* from, auto* best, int64_t channels) {
    for (int64_t c = 0; c < channels; ++c) best[c] = beats(from[c], best[c]) ? from[c] : best[c];
}

/// The maximum over one window, and the tap number at which each channel first had it.
template <class T>
struct Winners {
    explicit Winners(int64_t channels) : best(static_cast<size_t>(channels)), tap(static_cast<size_t>(channels)) {}

    void start(const T* from, int32_t number) {
        std::copy_n(from, best.size(), best.data());
        std::fill(tap.begin(), tap.end(), number);
    }
    void meet(const T* from, int32_t number) {
        T* const value = best.data();
        int32_t* const where = tap.data();
        for (size_t c = 0, n = best.size(); c < n; ++c) where[c] = beats(from[c], value[c]) ? number : where[c];
        keep_larger(from, value, static_cast<int64_t>(best.size()));
    }

    std::vector<T> best;
    std::vector<int32_t> tap;
};

void add_where(const std::vector<int32_t>& tap, int32_t number, const float* from, float* to) {
    const int32_t* const where = tap.data();
    for (size_t c = 0, n = tap.size(); c < n; ++c) to[c] += where[c] == number ? from[c] : 0.0f;
}

/// Backward over rows of numbers: row_of(r) is row r of the input.
template <class T>
Tensor scatter_to_winners(const Shape& x, const PoolShape& pool, const Tensor& gradient, auto row_of) {
    Tensor out(x);
    Winners<T> winners(x.channels());
    for_each_window(x, pool, [&](const PoolWindow& window) {
        int32_t number = 0;
        window.for_each_row([&](int64_t r) {
            number == 0 ? winners.start(row_of(r), number) : winners.meet(row_of(r), number);
            ++number;
        });
        number = 0;
        window.for_each_row([&](int64_t r) { add_where(winners.tap, number++, gradient.row(window.out), out.row(r)); });
    });
    return out;
}

Spikes max_pool_levels(const Spikes& x, const PoolShape& pool) {
    Spikes y(pooled_shape(x.shape(), pool), x.kind());
    for_each_window(x.shape(), pool, [&](const PoolWindow& window) {
        int8_t* best = y.levels(window.out);
        std::fill_n(best, x.channels(), int8_t{-128});
        window.for_each_row([&](int64_t r) { keep_larger(x.levels(r), best, x.channels()); });
        pack_levels(y, window.out);
    });
    return y;
}

}  // namespace

Tensor max_pool(const Tensor& x, const PoolShape& pool) {
    Tensor y = Tensor::uninitialised(pooled_shape(x.shape(), pool));
    for_each_window(x.shape(), pool, [&](const PoolWindow& window) {
        float* best = y.row(window.out);
        std::fill_n(best, x.channels(), -std::numeric_limits<float>::infinity());
        window.for_each_row([&](int64_t r) { keep_larger(x.row(r), best, x.channels()); });
    });
    return y;
}

Spikes max_pool(const Spikes& x, const PoolShape& pool) {
    return has_levels(x.kind()) ? max_pool_levels(x, pool) : max_pool_bits(x, pool);
}

Tensor max_pool_backward(const Tensor& x, const PoolShape& pool, const Tensor& gradient) {
    require_shape(gradient.shape(), pooled_shape(x.shape(), pool), "the gradient of max_pool");
    return scatter_to_winners<float>(x.shape(), pool, gradient, [&](int64_t r) { return x.row(r); });
}

Tensor max_pool_backward(const Spikes& x, const PoolShape& pool, const Tensor& gradient) {
    require_shape(gradient.shape(), pooled_shape(x.shape(), pool), "the gradient of max_pool");
    if (!has_levels(x.kind())) return max_pool_bits_backward(x, pool, gradient);
    return scatter_to_winners<int8_t>(x.shape(), pool, gradient, [&](int64_t r) { return x.levels(r); });
}

}  // namespace bispike
