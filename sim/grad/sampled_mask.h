// Random masks and rows of shares on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// share_rows() of a value. `tape` may be null, here and below.
Value share_rows(Tape* tape, Value x);

/// Draws in [0, 1) for each value of one image.
using Draws = std::function<void(int64_t step, int64_t image, std::span<float> to)>;
/// 1 with probability p, cut off at 1, else 0: p [t, B, ...]. Gradients pass where the mask is 1, cut off at +-1; or,
/// where `smooth`, the mask is p cut off at 1 itself and gradients pass below it.
Value sampled_mask(Tape* tape, Value probabilities, const Draws& draws, bool smooth);

}  // namespace bispike
