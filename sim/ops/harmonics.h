// Sums of waves: functions of time, or of place, that can be learned.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// For each of C channels a frequency [radians a unit of t] and the amplitudes of its first J harmonics.
struct Harmonics {
    Tensor frequency;     // f [C]
    Tensor sine, cosine;  // a, b [C, J]
};

/// y_tc = sum_j a_cj sin(j f_c t) + b_cj cos(j f_c t), j = 1 .. J, for times t [T]: [T, C]. In float64 inside; this is
/// the plain form already.
Tensor harmonics(std::span<const float> times, const Harmonics& h);
/// dL/df, dL/da and dL/db from g = dL/dy [T, C].
Harmonics harmonics_backward(std::span<const float> times, const Harmonics& h, const Tensor& gradient);

}  // namespace bispike
