// Parts of the channels of attention heads on the tape.
#pragma once

#include <vector>

#include "sim/grad/tape.h"
#include "sim/ops/head_part.h"

namespace bispike {

/// See sim/ops/head_part.h; the factors are constants. `tape` may be null.
Value head_part(Tape* tape, const Value& x, const HeadPart& which, std::vector<float> factors);

}  // namespace bispike
