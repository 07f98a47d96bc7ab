// The Gaussian error linear unit.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// y = x Phi(x) = x (1 + erf(x / sqrt 2)) / 2, the exact form (Hendrycks & Gimpel 2016), element by element, to 3e-7 of
/// |y| or 1e-7. Synaptic operations: none.
Tensor gelu(Tensor x);
/// dL/dx = g (Phi(x) + x phi(x)) from g = dL/dy, phi the density of the normal distribution.
Tensor gelu_backward(const Tensor& x, const Tensor& gradient);

namespace reference {
/// Plain forms, in double inside.
Tensor gelu(Tensor x);
Tensor gelu_backward(const Tensor& x, const Tensor& gradient);
}  // namespace reference

}  // namespace bispike
