// Sums over the channels of attention heads on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/count.h"

namespace bispike {

/// head_sum() of a value: x [t, B, N, C], result [t, B, N, heads]. `tape` may be null.
Value head_sum(Tape* tape, Value x, int64_t heads);
/// head_sum_count() of a value; real values cost an accumulate each.
OpCount head_sum_count(const Value& x);
/// head_spread() of a value: x [t, B, N, heads], result [t, B, N, channels]; spikes stay spikes. `tape` may be null.
Value head_spread(Tape* tape, Value x, int64_t channels);

}  // namespace bispike
