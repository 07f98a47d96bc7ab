// A mask of attention scores, with one gate for all pairs of tokens of one distance, on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/grid_distances.h"

namespace bispike {

/// Gates [heads, count] of the logits alpha [heads, count, 2] of closed and open, and noise [heads, count]: 1 where
/// alpha_1 - alpha_0 + noise > 0, else 0 (Jang et al., ICLR 2017, straight-through). Gradients are those of
/// p = sigmoid(alpha_1 - alpha_0 + noise), which the gates themselves are where `smooth`. `tape` may be null, here and
/// below.
Value distance_gates(Tape* tape, const Parameter& alpha, const Tensor& noise, bool smooth);
/// spread_distances() of gates [heads, count]; `distances` must outlive the tape.
Value spread_distances(Tape* tape, Value gates, const GridDistances& distances);
/// mask_scores() of two values.
Value mask_scores(Tape* tape, Value scores, Value mask, float masked_score);

}  // namespace bispike
