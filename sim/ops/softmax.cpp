// Softmax over the last axis, in vectors.
#include "sim/ops/softmax.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/softmax.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <algorithm>

#include "sim/ops/exp-inl.h"
#include "sim/ops/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void softmax_rows(const float* x, int64_t rows, int64_t n, float* out) {
    for (int64_t r = 0; r < rows; ++r, x += n, out += n) {
        const float top = *std::max_element(x, x + n);
        const double sum = lane_sum(n, [&](auto d, int64_t i) HWY_ATTR {
            const auto exponent = hn::Sub(hn::LoadU(d, x + i), hn::Set(d, top));
            auto e = hn::IfThenElseZero(hn::Ge(exponent, hn::Set(d, kLeastExponent)), exp_negative(d, exponent));
            e = hn::IfThenElse(hn::IsNaN(exponent), exponent, e);
            hn::StoreU(e, d, out + i);
            return e;
        });
        const auto share = static_cast<float>(1.0 / sum);
        for_each_lane_block(n, [&](auto d, int64_t i) HWY_ATTR {
            hn::StoreU(hn::Mul(hn::LoadU(d, out + i), hn::Set(d, share)), d, out + i);
        });
    }
}

void softmax_gradients(const float* a, const float* g, int64_t rows, int64_t n, float* out) {
    for (int64_t r = 0; r < rows; ++r, a += n, g += n, out += n) {
        const auto mean = static_cast<float>(
            lane_sum(n, [&](auto d, int64_t i) HWY_ATTR { return hn::Mul(hn::LoadU(d, g + i), hn::LoadU(d, a + i)); }));
        for_each_lane_block(n, [&](auto d, int64_t i) HWY_ATTR {
            const auto above = hn::Sub(hn::LoadU(d, g + i), hn::Set(d, mean));
            hn::StoreU(hn::Mul(hn::LoadU(d, a + i), above), d, out + i);
        });
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>
#include <vector>

namespace bispike {
namespace {

HWY_EXPORT(softmax_rows);
HWY_EXPORT(softmax_gradients);

void require_gradient(const Tensor& weights, const Tensor& gradient) {
    require_shape(gradient.shape(), weights.shape(), "the gradient of the attention weights");
}

}  // namespace

Tensor softmax(const Tensor& x) {
    Tensor out = Tensor::uninitialised(x.shape());
    HWY_DYNAMIC_DISPATCH(softmax_rows)(x.data(), x.rows(), x.channels(), out.data());
    return out;
}

Tensor softmax_backward(const Tensor& weights, const Tensor& gradient) {
    require_gradient(weights, gradient);
    Tensor out = Tensor::uninitialised(weights.shape());
    HWY_DYNAMIC_DISPATCH(softmax_gradients)
    (weights.data(), gradient.data(), weights.rows(), weights.channels(), out.data());
    return out;
}

namespace reference {

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
    require_gradient(weights, gradient);
    Tensor out = Tensor::uninitialised(weights.shape());
    const int64_t n = weights.channels();
    for (int64_t r = 0; r < weights.rows(); ++r) {
        const float *a = weights.row(r), *g = gradient.row(r);
        double mean = 0.0;
        for (int64_t j = 0; j < n; ++j) mean += static_cast<double>(g[j]) * a[j];
        for (int64_t j = 0; j < n; ++j) out.row(r)[j] = static_cast<float>(a[j] * (g[j] - mean));
    }
    return out;
}

}  // namespace reference
}  // namespace bispike
#endif
