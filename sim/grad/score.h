// Attention scores on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/count.h"

namespace bispike {

/// score() of two values: by popcount where both are spikes, by events where q alone is, else dense. q [t, B, N, C],
/// k [t, B, M, C], result [t, B, heads, N, M]. `tape` may be null.
Value score(Tape* tape, Value q, Value k, int64_t heads);
/// score_count() of two values.
OpCount score_count(const Value& q, const Value& k, int64_t heads);

}  // namespace bispike
