// Rows of length one.
#include "sim/ops/unit_rows.h"

#include <cmath>

namespace bispike {
namespace {

double inverse_length(const float* x, int64_t n, float eps) {
    double squares = eps;
    for (int64_t i = 0; i < n; ++i) squares += static_cast<double>(x[i]) * x[i];
    return 1.0 / std::sqrt(squares);
}

}  // namespace

Tensor unit_rows(const Tensor& x, float eps) {
    Tensor y = Tensor::uninitialised(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const double inverse = inverse_length(x.row(r), x.channels(), eps);
        for (int64_t i = 0; i < x.channels(); ++i) y.row(r)[i] = static_cast<float>(x.row(r)[i] * inverse);
    }
    return y;
}

Tensor unit_rows_backward(const Tensor& x, const Tensor& gradient, float eps) {
    require_shape(gradient.shape(), x.shape(), "the gradient of unit_rows");
    Tensor out = Tensor::uninitialised(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float *from = x.row(r), *g = gradient.row(r);
        const double inverse = inverse_length(from, x.channels(), eps);
        double along = 0.0;
        for (int64_t i = 0; i < x.channels(); ++i) along += from[i] * inverse * g[i];
        for (int64_t i = 0; i < x.channels(); ++i)
            out.row(r)[i] = static_cast<float>((g[i] - from[i] * inverse * along) * inverse);
    }
    return out;
}

}  // namespace bispike
