// Means on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/mean.h"

namespace bispike {

/// mean_tokens() of a tensor or of spikes: [t, B, ..., C] -> [t, B, C]. `tape` may be null.
Value mean_tokens(Tape* tape, Value x);
/// running_mean() of a tensor [t, B, N, C]. `tape` may be null.
Value running_mean(Tape* tape, Value x);
/// mean_time() of a tensor or of spikes: [T, ...] -> [...]. `tape` may be null.
Value mean_time(Tape* tape, Value x);

}  // namespace bispike
