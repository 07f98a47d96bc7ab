// Activations of artificial networks on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// gelu() and relu() of a value, element by element. `tape` may be null.
Value gelu(Tape* tape, Value x);
Value relu(Tape* tape, Value x);

}  // namespace bispike
