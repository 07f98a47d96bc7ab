// Attention scores on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/count.h"

namespace bispike {

/// score() of two values: by popcount where both are spikes, else dense. q, k [t, B, N, C], result
/// [t, B, heads, N, N]. `tape` may be null.
Value score(Tape* tape, Value q, Value k, int64_t heads);
/// score_count() of two values.
OpCount score_count(const Value& q, const Value& k, int64_t heads);

}  // namespace bispike
