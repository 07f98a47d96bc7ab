// Central finite differences, and random arrays to take them at.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/core/rng.h"
#include "sim/core/spikes.h"
#include "sim/grad/parameter.h"

namespace bispike {

/// dL/dx by central differences of the given step, float64 between the two evaluations.
inline Tensor numeric_gradient(const std::function<double(const Tensor&)>& loss, Tensor x, float step = 1e-2f) {
    Tensor out(x.shape());
    for (int64_t i = 0; i < x.size(); ++i) {
        const float value = x[i], above = value + step, below = value - step;
        x[i] = above;
        const double high = loss(x);
        x[i] = below;
        const double low = loss(x);
        x[i] = value;
        out[i] = static_cast<float>((high - low) / (static_cast<double>(above) - below));
    }
    return out;
}

/// sum_i a_i b_i in float64: the loss whose gradient with respect to a is b.
inline double dot(const Tensor& a, const Tensor& b) {
    require_shape(b.shape(), a.shape(), "the second factor");
    double sum = 0.0;
    for (int64_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

inline Tensor random_tensor(const Shape& shape, uint64_t seed) {
    Tensor out(shape);
    Rng rng(seed, "test values");
    for (float& v : out.values()) v = rng.uniform(-1.0f, 1.0f);
    return out;
}

/// Draws the weights that begin at 0, small: they would hide what is before them from a gradient.
inline void draw_zero_weights(ParameterList& parameters) {
    for (Parameter& p : parameters) {
        const auto values = p.value.values();
        if (p.role != Role::weight || std::ranges::any_of(values, [](float v) { return v != 0.0f; })) continue;
        p.value = random_tensor(p.value.shape(), 31);
        for (float& v : p.value.values()) v *= 0.1f;
    }
}

/// Slots that fire with probability 0.4; levels up to +-3 for integer spikes.
inline Spikes random_spikes(const Shape& shape, SpikeKind kind, uint64_t seed) {
    Tensor values(shape);
    Rng rng(seed, "test spikes");
    for (float& v : values.values()) {
        const bool fires = rng.uniform() < 0.4f;
        const int64_t level = kind == SpikeKind::integer ? 1 + rng.below(3) : 1;
        const bool negative = kind != SpikeKind::binary && rng.below(2) == 0;
        v = fires ? static_cast<float>(negative ? -level : level) : 0.0f;
    }
    return Spikes::from(values, kind);
}

/// Largest |a - b|; shapes must be equal.
inline double largest_difference(const Tensor& a, const Tensor& b) {
    require_shape(b.shape(), a.shape(), "the other tensor");
    double largest = 0.0;
    for (int64_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
    return largest;
}

}  // namespace bispike
