// Average pooling on the tape.
#include "sim/grad/avg_pool.h"

namespace bispike {

Value avg_pool(Tape* tape, Value x, const PoolShape& pool) {
    Tensor y = x.spikes() != nullptr ? avg_pool(*x.spikes(), pool) : avg_pool(*x.tensor(), pool);
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record(std::move(y), [shape = x.shape(), node = x.node(), pool](Tape& t, const Tensor& gradient) {
        t.add(node, avg_pool_backward(shape, pool, gradient));
    });
}

}  // namespace bispike
