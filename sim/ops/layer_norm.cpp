// Layer normalisation.
#include "sim/ops/layer_norm.h"

#include <cmath>
#include <vector>

namespace bispike {
namespace {

struct Moments {
    double mean, inverse;  // inverse = 1 / sqrt(variance + eps)
};

Moments moments(const float* x, int64_t channels, float eps) {
    const auto n = static_cast<double>(channels);
    double sum = 0.0, squares = 0.0;
    for (int64_t c = 0; c < channels; ++c) sum += x[c];
    const double mean = sum / n;
    for (int64_t c = 0; c < channels; ++c) squares += (x[c] - mean) * (x[c] - mean);
    return {mean, 1.0 / std::sqrt(squares / n + eps)};
}

void require_fit(const Tensor& x, const Tensor& gamma, const Tensor& beta) {
    require_shape(gamma.shape(), {x.channels()}, "gamma of layer_norm");
    require_shape(beta.shape(), {x.channels()}, "beta of layer_norm");
}

Tensor rounded(const std::vector<double>& values) {
    Tensor out = Tensor::uninitialised({static_cast<int64_t>(values.size())});
    for (size_t i = 0; i < values.size(); ++i) out[static_cast<int64_t>(i)] = static_cast<float>(values[i]);
    return out;
}

/// dL/dx of one row, with x^ = (x - mean) inverse and g = gamma dL/dy:
/// inverse (g - mean(g) - x^ mean(g x^)).
void backward_row(const float* x, const Moments& m, const float* gamma, const float* gradient, std::span<float> out) {
    const auto n = static_cast<double>(out.size());
    double sum = 0.0, along = 0.0;
    for (size_t c = 0; c < out.size(); ++c) {
        const double g = static_cast<double>(gamma[c]) * gradient[c];
        sum += g;
        along += g * (x[c] - m.mean) * m.inverse;
    }
    for (size_t c = 0; c < out.size(); ++c) {
        const double g = static_cast<double>(gamma[c]) * gradient[c], unit = (x[c] - m.mean) * m.inverse;
        out[c] = static_cast<float>(m.inverse * (g - sum / n - unit * along / n));
    }
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, float eps) {
    require_fit(x, gamma, beta);
    Tensor y = Tensor::uninitialised(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float* from = x.row(r);
        const Moments m = moments(from, x.channels(), eps);
        for (int64_t c = 0; c < x.channels(); ++c)
            y.row(r)[c] = static_cast<float>((from[c] - m.mean) * m.inverse * gamma[c] + beta[c]);
    }
    return y;
}

LayerNormGradient layer_norm_backward(const Tensor& x, const Tensor& gamma, const Tensor& gradient, float eps) {
    require_fit(x, gamma, gamma);
    require_shape(gradient.shape(), x.shape(), "the gradient of layer_norm");
    const auto channels = static_cast<size_t>(x.channels());
    Tensor out = Tensor::uninitialised(x.shape());
    std::vector<double> to_gamma(channels), to_beta(channels);
    for (int64_t r = 0; r < x.rows(); ++r) {
        const float *from = x.row(r), *g = gradient.row(r);
        const Moments m = moments(from, x.channels(), eps);
        for (size_t c = 0; c < channels; ++c) {
            to_gamma[c] += g[c] * (from[c] - m.mean) * m.inverse;
            to_beta[c] += g[c];
        }
        backward_row(from, m, gamma.data(), g, {out.row(r), channels});
    }
    return {std::move(out), rounded(to_gamma), rounded(to_beta)};
}

Tensor layer_norm_reference(const Tensor& x, const Tensor& gamma, const Tensor& beta, float eps) {
    require_fit(x, gamma, beta);
    Tensor y(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r)
        for (int64_t c = 0; c < x.channels(); ++c) {
            double mean = 0.0, square = 0.0;
            for (int64_t i = 0; i < x.channels(); ++i) mean += x.row(r)[i] / static_cast<double>(x.channels());
            for (int64_t i = 0; i < x.channels(); ++i)
                square += (x.row(r)[i] - mean) * (x.row(r)[i] - mean) / static_cast<double>(x.channels());
            y.row(r)[c] = static_cast<float>((x.row(r)[c] - mean) / std::sqrt(square + eps) * gamma[c] + beta[c]);
        }
    return y;
}

}  // namespace bispike
