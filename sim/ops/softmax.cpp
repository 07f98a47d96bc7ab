// Softmax over the last axis.
#include "sim/ops/softmax.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bispike {

Tensor softmax(const Tensor& x) {
    Tensor out = Tensor::uninitialised(x.shape());
    const int64_t n = x.channels();
    std::vector<double> e(static_cast<size_t>(n));
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float* from = x.row(r);
        const double top = *std::max_element(from, from + n);
        double sum = 0.0;
        for (int64_t j = 0; j < n; ++j) sum += e[static_cast<size_t>(j)] = std::exp(from[j] - top);
        for (int64_t j = 0; j < n; ++j) out.row(r)[j] = static_cast<float>(e[static_cast<size_t>(j)] / sum);
    }
    return out;
}

Tensor softmax_backward(const Tensor& weights, const Tensor& gradient) {
    require_shape(gradient.shape(), weights.shape(), "the gradient of the attention weights");
    Tensor out = Tensor::uninitialised(weights.shape());
    const int64_t n = weights.channels();
    for (int64_t r = 0; r < weights.rows(); ++r) {
        const float *a = weights.row(r), *g = gradient.row(r);
        float mean = 0.0f;
        for (int64_t j = 0; j < n; ++j) mean += g[j] * a[j];
        for (int64_t j = 0; j < n; ++j) out.row(r)[j] = a[j] * (g[j] - mean);
    }
    return out;
}

}  // namespace bispike
