// Average pooling on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/avg_pool.h"

namespace bispike {

/// avg_pool() of a tensor or of spikes [t, B, H, W, C], to a tensor. `tape` may be null.
Value avg_pool(Tape* tape, Value x, const PoolShape& pool);

}  // namespace bispike
