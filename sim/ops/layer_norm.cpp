// Layer normalisation, in vectors along the channels.
#include "sim/ops/layer_norm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/layer_norm.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <cmath>

#include "sim/ops/fma-inl.h"
#include "sim/ops/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

struct Moments {
    float mean, inverse;  // inverse = 1 / sqrt(variance + eps)
};

HWY_INLINE Moments moments(const float* x, int64_t channels, float eps) {
    const auto n = static_cast<double>(channels);
    const auto mean =
        static_cast<float>(lane_sum(channels, [&](auto d, int64_t c) HWY_ATTR { return hn::LoadU(d, x + c); }) / n);
    const double squares = lane_sum(channels, [&](auto d, int64_t c) HWY_ATTR {
        const auto off = hn::Sub(hn::LoadU(d, x + c), hn::Set(d, mean));
        return hn::Mul(off, off);
    });
    return {mean, static_cast<float>(1.0 / std::sqrt(squares / n + eps))};
}

/// (x - mean) / sqrt(variance + eps)
template <class D>
HWY_INLINE hn::Vec<D> unit(D d, const float* x, const Moments& m) {
    return hn::Mul(hn::Sub(hn::LoadU(d, x), hn::Set(d, m.mean)), hn::Set(d, m.inverse));
}

void norm_rows(const float* x, const float* gamma, const float* beta, int64_t rows, int64_t channels, float eps,
               float* y) {
    for (int64_t r = 0; r < rows; ++r, x += channels, y += channels) {
        const Moments m = moments(x, channels, eps);
        for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
            hn::StoreU(fma(d, unit(d, x + c, m), hn::LoadU(d, gamma + c), hn::LoadU(d, beta + c)), d, y + c);
        });
    }
}

/// dL/dx of one row, with x^ = unit(x) and g = gamma dL/dy: inverse (g - mean(g) - x^ mean(g x^)).
HWY_INLINE void row_gradient(const float* x, const Moments& m, const float* gamma, const float* gradient,
                             int64_t channels, float* out) {
    const auto n = static_cast<double>(channels);
    const auto mean = static_cast<float>(
        lane_sum(channels, [&](auto d, int64_t c)
                               HWY_ATTR { return hn::Mul(hn::LoadU(d, gamma + c), hn::LoadU(d, gradient + c)); }) /
        n);
    const auto along = static_cast<float>(
        lane_sum(channels,
                 [&](auto d, int64_t c) HWY_ATTR {
                     return hn::Mul(hn::Mul(hn::LoadU(d, gamma + c), hn::LoadU(d, gradient + c)), unit(d, x + c, m));
                 }) /
        n);
    for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
        const auto g = hn::Mul(hn::LoadU(d, gamma + c), hn::LoadU(d, gradient + c));
        const auto rest = fma(d, unit(d, x + c, m), hn::Set(d, -along), hn::Sub(g, hn::Set(d, mean)));
        hn::StoreU(hn::Mul(hn::Set(d, m.inverse), rest), d, out + c);
    });
}

/// The gradients of `rows` rows of x; those of gamma and beta are added to.
void norm_gradients(const float* x, const float* gamma, const float* gradient, int64_t rows, int64_t channels,
                    float eps, float* out, float* to_gamma, float* to_beta) {
    for (int64_t r = 0; r < rows; ++r, x += channels, gradient += channels, out += channels) {
        const Moments m = moments(x, channels, eps);
        for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
            const auto g = hn::LoadU(d, gradient + c);
            hn::StoreU(fma(d, g, unit(d, x + c, m), hn::LoadU(d, to_gamma + c)), d, to_gamma + c);
            hn::StoreU(hn::Add(g, hn::LoadU(d, to_beta + c)), d, to_beta + c);
        });
        row_gradient(x, m, gamma, gradient, channels, out);
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <vector>

namespace bispike {
namespace {

HWY_EXPORT(norm_rows);
HWY_EXPORT(norm_gradients);

constexpr int64_t kBlock = 256;  // rows whose gradients of gamma and beta are summed in float32

void require_fit(const Tensor& x, const Tensor& gamma, const Tensor& beta) {
    require_shape(gamma.shape(), {x.channels()}, "gamma of layer_norm");
    require_shape(beta.shape(), {x.channels()}, "beta of layer_norm");
}

void require_gradient(const Tensor& x, const Tensor& gradient) {
    require_shape(gradient.shape(), x.shape(), "the gradient of layer_norm");
}

Tensor rounded(const std::vector<double>& values) {
    Tensor out = Tensor::uninitialised({static_cast<int64_t>(values.size())});
    std::ranges::transform(values, out.data(), [](double v) { return static_cast<float>(v); });
    return out;
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, float eps) {
    require_fit(x, gamma, beta);
    Tensor y = Tensor::uninitialised(x.shape());
    HWY_DYNAMIC_DISPATCH(norm_rows)(x.data(), gamma.data(), beta.data(), x.rows(), x.channels(), eps, y.data());
    return y;
}

LayerNormGradient layer_norm_backward(const Tensor& x, const Tensor& gamma, const Tensor& gradient, float eps) {
    require_fit(x, gamma, gamma);
    require_gradient(x, gradient);
    const auto channels = static_cast<size_t>(x.channels());
    Tensor out = Tensor::uninitialised(x.shape());
    std::vector<double> to_gamma(channels), to_beta(channels);
    for (int64_t row = 0; row < x.rows(); row += kBlock) {
        std::vector<float> some_gamma(channels), some_beta(channels);
        HWY_DYNAMIC_DISPATCH(norm_gradients)
        (x.row(row), gamma.data(), gradient.row(row), std::min(kBlock, x.rows() - row), x.channels(), eps, out.row(row),
         some_gamma.data(), some_beta.data());
        for (size_t c = 0; c < channels; ++c) to_gamma[c] += some_gamma[c], to_beta[c] += some_beta[c];
    }
    return {std::move(out), rounded(to_gamma), rounded(to_beta)};
}

namespace reference {
namespace {

struct Moments {
    double mean = 0.0, inverse = 0.0;
};

Moments moments(const float* x, int64_t channels, float eps) {
    const auto n = static_cast<double>(channels);
    double mean = 0.0, square = 0.0;
    for (int64_t c = 0; c < channels; ++c) mean += x[c] / n;
    for (int64_t c = 0; c < channels; ++c) square += (x[c] - mean) * (x[c] - mean) / n;
    return {mean, 1.0 / std::sqrt(square + eps)};
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, float eps) {
    require_fit(x, gamma, beta);
    Tensor y(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const Moments m = moments(x.row(r), x.channels(), eps);
        for (int64_t c = 0; c < x.channels(); ++c)
            y.row(r)[c] = static_cast<float>((x.row(r)[c] - m.mean) * m.inverse * gamma[c] + beta[c]);
    }
    return y;
}

LayerNormGradient layer_norm_backward(const Tensor& x, const Tensor& gamma, const Tensor& gradient, float eps) {
    require_fit(x, gamma, gamma);
    require_gradient(x, gradient);
    const auto n = static_cast<double>(x.channels());
    Tensor out(x.shape());
    std::vector<double> to_gamma(static_cast<size_t>(x.channels())), to_beta(to_gamma);
    for (int64_t r = 0; r < x.rows(); ++r) {
        const Moments m = moments(x.row(r), x.channels(), eps);
        const auto unit = [&](int64_t c) { return (x.row(r)[c] - m.mean) * m.inverse; };
        const auto g = [&](int64_t c) { return static_cast<double>(gamma[c]) * gradient.row(r)[c]; };
        double mean = 0.0, along = 0.0;
        for (int64_t c = 0; c < x.channels(); ++c) {
            mean += g(c) / n, along += g(c) * unit(c) / n;
            to_gamma[static_cast<size_t>(c)] += gradient.row(r)[c] * unit(c);
            to_beta[static_cast<size_t>(c)] += gradient.row(r)[c];
        }
        for (int64_t c = 0; c < x.channels(); ++c)
            out.row(r)[c] = static_cast<float>(m.inverse * (g(c) - mean - unit(c) * along));
    }
    return {std::move(out), rounded(to_gamma), rounded(to_beta)};
}

}  // namespace reference
}  // namespace bispike
#endif
