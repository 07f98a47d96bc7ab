// Token sums and gates on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/count.h"

namespace bispike {

/// token_sum() of two values: k, v [t, B, N, C], result [t, B, 1, C]. `tape` may be null.
Value token_sum(Tape* tape, Value k, Value v);
/// token_sum_count() of two values; real values cost a multiply-accumulate a slot.
OpCount token_sum_count(const Value& k, const Value& v);
/// gate() of two values: spikes where both are binary or bipolar spikes, else a tensor. q [t, B, N, C], gate
/// [t, B, 1, C]. `tape` may be null.
Value gate(Tape* tape, Value q, Value gate);

}  // namespace bispike
