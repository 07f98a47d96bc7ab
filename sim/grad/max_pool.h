// Maximum pooling on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/max_pool.h"

namespace bispike {

/// max_pool() of a tensor or of spikes [t, B, H, W, C]; spikes stay spikes. `tape` may be null.
Value max_pool(Tape* tape, Value x, const PoolShape& pool);

}  // namespace bispike
