// Spike-count normalisation of attention scores. Signs of scores are as good as random, so nothing here branches on
// them: comparisons are written as arithmetic that is exact and that compilers turn into vectors.
#include "sim/ops/spike_count.h"

#include <algorithm>
#include <cmath>

namespace bispike {
namespace {

/// max(x, 0).
float positive(float x) { return 0.5f * (x + std::abs(x)); }

/// 1 where x >= 0, else 0.
float is_not_negative(float x) { return 0.5f + std::copysign(0.5f, x); }

/// sum of term(j), j < n, in eight interleaved chains which are added up in pairs: one chain would wait for each add.
template <class Term>
float sum_of(int64_t n, Term term) {
    float lanes[8] = {};
    int64_t j = 0;
    for (; j + 8 <= n; j += 8)
        for (int64_t lane = 0; lane < 8; ++lane) lanes[lane] += term(j + lane);
    for (int64_t lane = 0; j < n; ++j, ++lane) lanes[lane] += term(j);
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

float positive_sum(const float* x, int64_t n) {
    return sum_of(n, [x](int64_t j) { return positive(x[j]); });
}

}  // namespace

Tensor spike_count(const Tensor& x) {
    Tensor out = Tensor::uninitialised(x.shape());
    const int64_t n = x.channels();
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float* from = x.row(r);
        float* to = out.row(r);
        const float sum = positive_sum(from, n);
        if (sum > 0.0f)
            for (int64_t j = 0; j < n; ++j) to[j] = positive(from[j]) / sum;
        else
            std::fill_n(to, n, 1.0f / static_cast<float>(n));
    }
    return out;
}

Tensor spike_count_backward(const Tensor& x, const Tensor& weights, const Tensor& gradient) {
    require_shape(weights.shape(), x.shape(), "the attention weights");
    require_shape(gradient.shape(), x.shape(), "the gradient of the attention weights");
    Tensor out = Tensor::uninitialised(x.shape());
    const int64_t n = x.channels();
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float *from = x.row(r), *a = weights.row(r), *g = gradient.row(r);
        float* to = out.row(r);
        const float sum = positive_sum(from, n), scale = sum > 0.0f ? 1.0f / sum : 1.0f;
        const float mean = sum_of(n, [a, g](int64_t j) { return a[j] * g[j]; });
        for (int64_t j = 0; j < n; ++j) to[j] = is_not_negative(from[j]) * ((g[j] - mean) * scale);
    }
    return out;
}

}  // namespace bispike
