// The Gaussian error linear unit.
#include "sim/ops/gelu.h"

#include <cmath>
#include <numbers>

namespace bispike {
namespace {

/// P(X <= x) of a standard normal X.
double normal_probability(double x) { return 0.5 * (1.0 + std::erf(x / std::numbers::sqrt2)); }

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

}  // namespace bispike
