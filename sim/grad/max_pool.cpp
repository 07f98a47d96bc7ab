// Maximum pooling on the tape.
#include "sim/grad/max_pool.h"

namespace bispike {
namespace {

Tensor pooled_backward(const Value& x, const PoolShape& pool, const Tensor& gradient) {
    return x.spikes() != nullptr ? max_pool_backward(*x.spikes(), pool, gradient)
                                 : max_pool_backward(*x.tensor(), pool, gradient);
}

/// Records y = max_pool(x); x is kept for the backward pass.
Value recorded(Tape* tape, Value x, auto y, const PoolShape& pool) {
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record(std::move(y), [x = std::move(x), pool](Tape& t, const Tensor& gradient) {
        t.add(x.node(), pooled_backward(x, pool, gradient));
    });
}

}  // namespace

Value max_pool(Tape* tape, Value x, const PoolShape& pool) {
    if (x.spikes() != nullptr) {
        Spikes y = max_pool(*x.spikes(), pool);
        return recorded(tape, std::move(x), std::move(y), pool);
    }
    Tensor y = max_pool(*x.tensor(), pool);
    return recorded(tape, std::move(x), std::move(y), pool);
}

}  // namespace bispike
