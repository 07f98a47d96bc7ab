// Building a network.
#include "sim/net/scope.h"

#include <cmath>

namespace bispike {

Parameter& Scope::constant(const std::string& name, Shape shape, float value, Role role) const {
    Tensor t = Tensor::uninitialised(shape);
    t.fill(value);
    return build_->parameters.add(child(name).path(), std::move(t), role);
}

Parameter& Scope::normal(const std::string& name, Shape shape, float sigma) const {
    if (build_->initial == InitialWeights::zero) return constant(name, shape, 0.0f, Role::weight);
    const std::string full = child(name).path();
    Rng rng(build_->seed, full);
    Tensor t = Tensor::uninitialised(shape);
    for (float& v : t.values()) {
        float draw = rng.normal();
        while (std::abs(draw) > 2.0f) draw = rng.normal();
        v = draw * sigma;
    }
    return build_->parameters.add(full, std::move(t), Role::weight);
}

}  // namespace bispike
