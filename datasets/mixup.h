// Mixup (Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018).
#pragma once

#include <span>

#include "sim/core/rng.h"
#include "sim/core/tensor.h"

namespace bispike {

/// A draw from Beta(alpha, alpha), alpha > 0: the share that an image keeps of itself. In [0, 1].
float draw_beta(Rng& rng, double alpha);

/// Row i becomes keep[i] * row i + (1 - keep[i]) * row (B - 1 - i); the middle row of an odd batch stays as it is.
/// batch: [B, ...], in place. keep: [B].
void mix_mirrored(Tensor& batch, std::span<const float> keep);

}  // namespace bispike
