// The residual sum on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/residual.h"

namespace bispike {

/// residual() of two values: spikes + spikes give integer spikes, anything else a tensor. Where one outermost extent
/// is 1, that value is added at every step. `tape` may be null.
Value residual(Tape* tape, Value a, Value b);

}  // namespace bispike
