// A constant factor on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// factor * x. `tape` may be null. Synaptic operations: none.
Value scaled(Tape* tape, Value x, float factor);

}  // namespace bispike
