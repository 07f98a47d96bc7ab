// Rows of length one on the tape.
#include "sim/grad/unit_rows.h"

#include <cmath>

#include "sim/grad/scale.h"
#include "sim/ops/unit_rows.h"

namespace bispike {

Value unit_rows(Tape* tape, Value x, float eps) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = unit_rows(input, eps);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y), [node, eps, input = std::move(input)](Tape& t, const Tensor& gradient) {
        t.add(node, unit_rows_backward(input, gradient, eps));
    });
}

Value rms_rows(Tape* tape, Value x, float eps) {
    const auto channels = static_cast<float>(x.shape().channels());
    return scaled(tape, unit_rows(tape, std::move(x), eps * channels), std::sqrt(channels));
}

}  // namespace bispike
