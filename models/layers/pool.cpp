// Pooling layers: no parameters, no synaptic operations.
#include "models/layers/pool.h"

#include "sim/grad/avg_pool.h"
#include "sim/grad/max_pool.h"

namespace bispike {

Value MaxPool::forward(Pass& pass, Value input) const { return max_pool(pass.tape, std::move(input), pool_); }

Value AvgPool::forward(Pass& pass, Value input) const { return avg_pool(pass.tape, std::move(input), pool_); }

}  // namespace bispike
