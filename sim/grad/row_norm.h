// The row normalisations of attention scores on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/shiftmax.h"

namespace bispike {

/// Scores [t, B, heads, N, N] to attention weights of the same shape, by the operation of the same name. `tape` may
/// be null.
Value softmax(Tape* tape, Value scores);
Value shiftmax(Tape* tape, Value scores, Gamma gamma);
Value spike_count(Tape* tape, Value scores);

}  // namespace bispike
