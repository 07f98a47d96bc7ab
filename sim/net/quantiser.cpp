// A place of an artificial network where values become whole numbers of a learned step.
#include "sim/net/quantiser.h"

#include <cmath>

#include "sim/core/error.h"
#include "sim/grad/quantise.h"

namespace bispike {
namespace {

/// LSQ's first step, 2 E|x| / sqrt(Q), and its factor on the gradient of the step, 1 / sqrt(values Q), Q the largest
/// code (Esser et al., ICLR 2020, section 2).
float first_step(float size, const CodeRange& range) {
    return 2.0f * size / std::sqrt(static_cast<float>(range.most()));
}
float gain(const Shape& x, const CodeRange& range) {
    const auto values = static_cast<float>(x.size() / (x[0] * x[1]));
    return 1.0f / std::sqrt(values * static_cast<float>(range.most()));
}

}  // namespace

Quantiser::Quantiser(const Scope& scope, CodeRange range, float size)
    : Layer(scope.path(), "quantiser"),
      range_(range),
      step_(scope.constant("step", {1}, first_step(size, range), Role::scale)) {}

void Quantiser::prepare(Purpose purpose) {
    const float step = step_.value[0];
    if (!(step > 0.0f && std::isfinite(step)))
        fail("{} = {}: the step of a quantiser must be above 0; train with a smaller train.learning_rate", step_.name,
             step);
    gives_codes_ = purpose != Purpose::train;
    unit_ = gives_codes_ ? step : 1.0f;
}

Value Quantiser::forward(Pass& pass, Value input) const {
    if (gives_codes_ && pass.tape == nullptr) return quantise(std::move(input).take(), step_.value[0], range_);
    const float g = gain(input.shape(), range_);
    return quantised(pass.tape, std::move(input), step_, range_, g);
}

}  // namespace bispike
