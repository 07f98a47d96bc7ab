// The weighted sum over attention values on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/mix.h"

namespace bispike {

/// scale * mix(weights, v): weights [t, B, heads, N, N], v [t, B, N, C], result [t, B, N, C]. `tape` may be null.
Value mix(Tape* tape, Value weights, Value v, float scale);
/// mix_count() of two values.
OpCount mix_count(const Value& weights, const Value& v, Weights kind);

}  // namespace bispike
