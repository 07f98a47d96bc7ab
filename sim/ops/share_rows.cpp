// Rows of shares.
#include "sim/ops/share_rows.h"

#include <numeric>

namespace bispike {
namespace {

double sum_of(const float* x, int64_t n) { return std::accumulate(x, x + n, 0.0); }

}  // namespace

Tensor share_rows(const Tensor& x) {
    Tensor y(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const double sum = sum_of(x.row(r), x.channels());
        if (!(sum > 0)) continue;
        for (int64_t j = 0; j < x.channels(); ++j) y.row(r)[j] = static_cast<float>(x.row(r)[j] / sum);
    }
    return y;
}

Tensor share_rows_backward(const Tensor& x, const Tensor& gradient) {
    require_shape(gradient.shape(), x.shape(), "the gradient of shares");
    Tensor out(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float *from = x.row(r), *g = gradient.row(r);
        const double sum = sum_of(from, x.channels());
        if (!(sum > 0)) continue;
        double mean = 0.0;
        for (int64_t j = 0; j < x.channels(); ++j) mean += g[j] * (from[j] / sum);
        for (int64_t j = 0; j < x.channels(); ++j) out.row(r)[j] = static_cast<float>((g[j] - mean) / sum);
    }
    return out;
}

}  // namespace bispike
