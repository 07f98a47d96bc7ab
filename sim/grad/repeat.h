// A value that is the same at every step, on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// x [1, ...] written out for each step, [steps, ...]; x itself where it has that many already. `tape` may be null.
Value repeat_steps(Tape* tape, Value x, int64_t steps);

}  // namespace bispike
