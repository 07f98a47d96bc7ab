// Rows of length one on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// unit_rows() of a value. `tape` may be null, here and below.
Value unit_rows(Tape* tape, Value x, float eps);
/// y = x / sqrt(mean of x^2 + eps) along the last axis.
Value rms_rows(Tape* tape, Value x, float eps);

}  // namespace bispike
