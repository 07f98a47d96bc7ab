// A constant factor on the tape.
#include "sim/grad/scale.h"

namespace bispike {

Value scaled(Tape* tape, Value x, float factor) {
    const int node = x.node();
    Tensor y = std::move(x).take();
    y.scale(factor);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y), [node, factor](Tape& t, const Tensor& gradient) {
        Tensor dx = gradient;
        dx.scale(factor);
        t.add(node, std::move(dx));
    });
}

}  // namespace bispike
