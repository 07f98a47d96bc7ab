// The training loss on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/cross_entropy.h"

namespace bispike {

/// cross_entropy() of logits [B, K] and soft targets [B, K]: a tensor [1]. `tape` may be null.
Value cross_entropy(Tape* tape, Value logits, Tensor targets, float smoothing);

}  // namespace bispike
