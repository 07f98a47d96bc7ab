// Parts of the channels of attention heads: what one synapse makes for two purposes, and how often heads fire.
#pragma once

#include <span>
#include <vector>

#include "sim/core/tensor.h"

namespace bispike {

/// Part `part` of `parts` equal ones of the channels of each head.
struct HeadPart {
    int64_t heads, part, parts;
};

/// y = factor[head] * that part, in the order of the heads. x [t, B, N, parts * C], factors [heads], result [t, B, N,
/// C]. The heads and parts divide the channels.
Tensor head_part(const Tensor& x, const HeadPart& which, std::span<const float> factors);
/// dL/dx from dL/dy: 0 in the other parts.
Tensor head_part_backward(const Tensor& gradient, const HeadPart& which, std::span<const float> factors);

/// Mean of |x| over all slots of each head, in float64: a firing rate where x holds spikes. x is [t, B, N, C], whose
/// channels the heads share out, or [t, B, heads, N, M]. [heads]
std::vector<float> head_rates(const Tensor& x, int64_t heads);

}  // namespace bispike
