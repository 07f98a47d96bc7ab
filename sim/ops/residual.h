// The sum at the end of a residual branch.
#pragma once

#include "sim/core/spikes.h"

namespace bispike {

/// Shape of a + b: equal shapes, or outermost extents of which one is 1 (a value that is the same at every step).
/// Throws Error otherwise.
Shape residual_shape(const Shape& a, const Shape& b);

/// a + b, element by element; written into the storage of the larger one. Synaptic operations: none, for every form.
Tensor residual(Tensor a, Tensor b);
/// The same bits as with the dense copy of b.
Tensor residual(Tensor a, const Spikes& b);
/// Spike-element-wise sum (Fang et al. 2021; Spikformer): integer spikes. Throws Error for a level beyond +-127.
Spikes residual(const Spikes& a, const Spikes& b);
/// dL/da from dL/d(a + b): the gradient itself, summed over time in order where a was the same at every step.
Tensor residual_backward(const Shape& a, const Tensor& gradient);

/// Plain reference.
Tensor residual_reference(const Tensor& a, const Tensor& b);

}  // namespace bispike
