// Sums over time steps.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// Turns x [t, ...] into sums over its steps up to each one, on top of `carried` [...], which comes from the steps
/// before (empty: none) and becomes the sum up to the last step.
void add_up_steps(Tensor& x, Tensor& carried);
/// The sums one step earlier: `first` [...] (empty: zeros), then all but the last of `sums` [t, ...].
Tensor one_step_earlier(const Tensor& sums, const Tensor& first);

}  // namespace bispike
