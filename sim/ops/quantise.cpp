// Real values as whole numbers of steps.
#include "sim/ops/quantise.h"

#include <algorithm>
#include <cmath>

namespace bispike {
namespace {

float code_of(float x, float step, const CodeRange& range) {
    return std::clamp(std::floor(steps_in(x, step)), static_cast<float>(range.lowest),
                      static_cast<float>(range.highest));
}

}  // namespace

Tensor quantise(Tensor x, float step, const CodeRange& range) {
    for (float& v : x.values()) v = code_of(v, step, range);
    return x;
}

QuantiseGradient quantise_backward(const Tensor& x, float step, const CodeRange& range, const Tensor& gradient) {
    require_shape(gradient.shape(), x.shape(), "the gradient of a quantiser");
    QuantiseGradient d{Tensor::uninitialised(x.shape())};
    const auto lowest = static_cast<float>(range.lowest), highest = static_cast<float>(range.highest);
    for (int64_t i = 0; i < x.size(); ++i) {
        const float ratio = x[i] / step;
        const bool inside = ratio >= lowest && ratio <= highest;
        d.x[i] = inside ? gradient[i] : 0.0f;
        const float code = code_of(x[i], step, range);
        d.step += static_cast<double>(gradient[i]) * static_cast<double>(inside ? code - ratio : code);
    }
    return d;
}

}  // namespace bispike
