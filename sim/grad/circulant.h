// The weighted sum with circulant weights on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// circulant_gather() and circulant_fft() of two values: weights [t, B, heads, N], v [t, B, N, C], result
/// [t, B, N, C]. `tape` may be null.
Value circulant_gather(Tape* tape, Value weights, Value v);
Value circulant_fft(Tape* tape, Value weights, Value v);

}  // namespace bispike
