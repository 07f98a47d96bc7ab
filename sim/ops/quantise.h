// Real values as whole numbers of steps, and the gradients that learn the step.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// The whole numbers that a quantised value can be.
struct CodeRange {
    int lowest = 0, highest = 0;
    /// The larger of the two by size.
    int most() const { return -lowest > highest ? -lowest : highest; }
};

/// Codes n = clamp(floor(x / step + 1/2), lowest, highest), element by element: halves go up. This is the plain form
/// already. Synaptic operations: none.
Tensor quantise(Tensor x, float step, const CodeRange& range);

/// What floor() is taken of. Neurons that are to send the same number compare with it, so that both round alike.
inline float steps_in(float x, float step) { return x / step + 0.5f; }

struct QuantiseGradient {
    Tensor x;
    double step = 0;
};
/// Gradients of step * n from g = dL/d(step n), where rounding counts as the identity (Esser et al., ICLR 2020, eqs. 3
/// and 5): dL/dx = g within the range, else 0; dL/dstep = sum of g (n - x / step) within, g n beyond.
QuantiseGradient quantise_backward(const Tensor& x, float step, const CodeRange& range, const Tensor& gradient);

}  // namespace bispike
