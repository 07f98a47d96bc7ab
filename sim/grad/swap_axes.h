// Two axes of an array exchanged, on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// swap_axes() of a value. `tape` may be null, here and below.
Value swap_axes(Tape* tape, Value x, int a, int b);
/// Channels of heads apart: x [t, B, N, heads * d] to [t, B, heads, N, d].
Value split_heads(Tape* tape, Value x, int64_t heads);
/// Each channel over the tokens: x [t, B, N, heads * d] to [t, B, heads, d, N].
Value split_channels(Tape* tape, Value x, int64_t heads);

}  // namespace bispike
