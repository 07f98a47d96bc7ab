// Spike-count normalisation of attention scores.
#include "sim/ops/spike_count.h"

#include <algorithm>

namespace bispike {
namespace {

float positive_sum(const float* x, int64_t n) {
    float sum = 0.0f;
    for (int64_t j = 0; j < n; ++j) sum += std::max(x[j], 0.0f);
    return sum;
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
            for (int64_t j = 0; j < n; ++j) to[j] = std::max(from[j], 0.0f) / sum;
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
        const float sum = positive_sum(from, n), scale = sum > 0.0f ? 1.0f / sum : 1.0f;
        float mean = 0.0f;
        for (int64_t j = 0; j < n; ++j) mean += g[j] * a[j];
        for (int64_t j = 0; j < n; ++j) out.row(r)[j] = from[j] >= 0.0f ? (g[j] - mean) * scale : 0.0f;
    }
    return out;
}

}  // namespace bispike
