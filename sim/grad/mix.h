// The weighted sum over attention values on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/mix.h"

namespace bispike {

/// scale * mix(weights, v): weights [t, B, heads, N, M], v [t, B, M, C], of which one may be spikes; result
/// [t, B, N, C]. `tape` may be null.
Value mix(Tape* tape, Value weights, Value v, float scale);
/// mix_count() of two values. What `kind` says of weights that are spikes does not matter.
OpCount mix_count(const Value& weights, const Value& v, Weights kind);

}  // namespace bispike
