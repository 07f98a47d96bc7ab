// The Gaussian error linear unit, in vectors.
#include "sim/ops/gelu.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/gelu.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <numbers>

#include "sim/ops/exp-inl.h"
#include "sim/ops/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// e^(-x^2 / 2), 0 where that is below 1e-38.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V bell(D d, V x) {
    const V exponent = hn::Mul(hn::Mul(x, x), hn::Set(d, -0.5f));
    return hn::IfThenElseZero(hn::Ge(exponent, hn::Set(d, kLeastExponent)), exp_negative(d, exponent));
}

/// P(X <= x) of a standard normal X, from bell(x). The tail beyond |x| is bell(x) t p(t) with t = 1 / (1 + 0.3 |x|),
/// where p, of degree 9, is the fit of least relative squares at 400 Chebyshev nodes of |x| <= 14: off by 4e-9 at most.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V normal_probability(D d, V x, V bell_of_x) {
    const V one = hn::Set(d, 1.0f);
    const V t = hn::Div(one, fma(d, hn::Abs(x), hn::Set(d, 0.3f), one));
    V p = hn::Set(d, -0.0208782615f);
    for (const float coefficient : {0.113806516f, -0.231400287f, 0.195974186f, -0.0828475512f, 0.0979556977f,
                                    0.0777838583f, 0.110361191f, 0.119557241f, 0.119687407f})
        p = fma(d, p, t, hn::Set(d, coefficient));
    const V tail = hn::Mul(hn::Mul(p, t), bell_of_x);
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one, tail));
}

void gelu_values(float* x, int64_t n) {
    for_each_lane_block(n, [&](auto d, int64_t i) HWY_ATTR {
        const auto v = hn::LoadU(d, x + i);
        hn::StoreU(hn::Mul(v, normal_probability(d, v, bell(d, v))), d, x + i);
    });
}

void gelu_gradients(const float* HWY_RESTRICT x, const float* HWY_RESTRICT gradient, int64_t n,
                    float* HWY_RESTRICT out) {
    constexpr auto kDensity = static_cast<float>(std::numbers::inv_sqrtpi / std::numbers::sqrt2);  // of 0
    for_each_lane_block(n, [&](auto d, int64_t i) HWY_ATTR {
        const auto v = hn::LoadU(d, x + i), b = bell(d, v);
        const auto slope = fma(d, hn::Mul(v, hn::Set(d, kDensity)), b, normal_probability(d, v, b));
        hn::StoreU(hn::Mul(hn::LoadU(d, gradient + i), slope), d, out + i);
    });
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

namespace bispike {
namespace {

HWY_EXPORT(gelu_values);
HWY_EXPORT(gelu_gradients);

}  // namespace

Tensor gelu(Tensor x) {
    HWY_DYNAMIC_DISPATCH(gelu_values)(x.data(), x.size());
    return x;
}

Tensor gelu_backward(const Tensor& x, const Tensor& gradient) {
    require_shape(gradient.shape(), x.shape(), "the gradient of gelu");
    Tensor out = Tensor::uninitialised(x.shape());
    HWY_DYNAMIC_DISPATCH(gelu_gradients)(x.data(), gradient.data(), x.size(), out.data());
    return out;
}

namespace reference {
namespace {

double normal_probability(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_density(double x) { return std::exp(-0.5 * x * x) * std::numbers::inv_sqrtpi / std::numbers::sqrt2; }

}  // namespace

Tensor gelu(Tensor x) {
    for (float& v : x.values()) v = static_cast<float>(v * normal_probability(v));
    return x;
}

Tensor gelu_backward(const Tensor& x, const Tensor& gradient) {
    require_shape(gradient.shape(), x.shape(), "the gradient of gelu");
    Tensor out = Tensor::uninitialised(x.shape());
    for (int64_t i = 0; i < x.size(); ++i)
        out[i] = static_cast<float>(gradient[i] * (normal_probability(x[i]) + x[i] * normal_density(x[i])));
    return out;
}

}  // namespace reference
}  // namespace bispike
#endif
