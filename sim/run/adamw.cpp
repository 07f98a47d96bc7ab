// AdamW.
#include "sim/run/adamw.h"

#include <cmath>

#include "sim/core/error.h"

namespace bispike {

AdamW::AdamW(const ParameterList& parameters, AdamWOptions options)
    : options_(options), first_(parameters), second_(parameters) {
    if (!(options.weight_decay >= 0 && std::isfinite(options.weight_decay)))
        fail("train.weight_decay = {}: it must be a number that is not negative", options.weight_decay);
    if (!(options.epsilon >= 0 && std::isfinite(options.epsilon)))
        fail("train.epsilon = {}: it must be a number that is not negative", options.epsilon);
    for (float beta : {options.beta1, options.beta2})
        if (!(beta >= 0 && beta < 1)) fail("train.beta1 and train.beta2 lie in [0, 1), not at {}", beta);
}

void AdamW::step(ParameterList& parameters, const ParameterSums& gradients, float learning_rate, float gradient_scale) {
    ++steps_;
    const auto n = static_cast<double>(steps_);
    const auto bias1 = static_cast<float>(1.0 - std::pow(static_cast<double>(options_.beta1), n));
    const auto bias2 = static_cast<float>(1.0 - std::pow(static_cast<double>(options_.beta2), n));
    for (Parameter& p : parameters) {
        if (p.role == Role::buffer) continue;
        const float kept = 1.0f - (p.role == Role::weight ? learning_rate * options_.weight_decay : 0.0f);
        float *m = first_[p].data(), *v = second_[p].data(), *w = p.value.data();
        const float* gradient = gradients[p.index].data();
        for (int64_t i = 0; i < p.value.size(); ++i) {
            const float g = gradient[i] * gradient_scale;
            m[i] = options_.beta1 * m[i] + (1.0f - options_.beta1) * g;
            v[i] = options_.beta2 * v[i] + (1.0f - options_.beta2) * g * g;
            w[i] = kept * w[i] - learning_rate * (m[i] / bias1) / (std::sqrt(v[i] / bias2) + options_.epsilon);
        }
    }
}

}  // namespace bispike
