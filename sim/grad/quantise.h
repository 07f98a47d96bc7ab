// Quantised values on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/quantise.h"

namespace bispike {

/// step * quantise(x): real values that are whole numbers of steps. The gradient of the parameter `step` [1] is taken
/// times `gain`. `tape` may be null.
Value quantised(Tape* tape, Value x, const Parameter& step, const CodeRange& range, float gain);

}  // namespace bispike
