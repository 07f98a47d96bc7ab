// The training loss: cross-entropy with soft targets and label smoothing.
#pragma once

#include <span>

#include "sim/core/tensor.h"

namespace bispike {

/// log(sum_k exp(x_k)), shifted by the maximum so that it neither overflows nor vanishes. x is not empty.
double log_sum_exp(std::span<const float> x);

/// Mean over the batch of -sum_k t'_k log softmax(z)_k with t' = (1 - smoothing) t + smoothing / K (Szegedy et al.
/// 2016). logits z [B, K], targets t [B, K], smoothing in [0, 1]; float64 inside. Throws Error if the shapes differ or
/// are not of rank 2, if they are empty, or if smoothing is out of range.
double cross_entropy(const Tensor& logits, const Tensor& targets, float smoothing);
/// dL/d(logits) [B, K] times `seed`: (softmax(z) sum_k t'_k - t') / B.
Tensor cross_entropy_backward(const Tensor& logits, const Tensor& targets, float smoothing, float seed);

/// Plain reference: the definition without the shift, for moderate logits.
double cross_entropy_reference(const Tensor& logits, const Tensor& targets, float smoothing);

}  // namespace bispike
