// Maximum pooling of binary and bipolar bit planes.
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/pool.h"

namespace bispike {

/// max_pool() for binary and bipolar spikes, a word of 64 channels at a time.
Spikes max_pool_bits(const Spikes& x, const PoolShape& pool);
/// max_pool_backward() for them.
Tensor max_pool_bits_backward(const Spikes& x, const PoolShape& pool, const Tensor& gradient);

}  // namespace bispike
