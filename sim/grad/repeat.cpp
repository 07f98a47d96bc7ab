// A value that is the same at every step, on the tape.
#include "sim/grad/repeat.h"

#include "sim/ops/repeat.h"

namespace bispike {

Value repeat_steps(Tape* tape, Value x, int64_t steps) {
    if (x.shape()[0] == steps) return x;
    const int node = x.node();
    Tensor y = repeat_steps(std::move(x).take(), steps);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record(std::move(y),
                        [node](Tape& t, const Tensor& gradient) { t.add(node, repeat_steps_backward(gradient)); });
}

}  // namespace bispike
