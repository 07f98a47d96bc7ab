// Activations of artificial networks on the tape.
#include "sim/grad/activation.h"

#include "sim/ops/gelu.h"
#include "sim/ops/relu.h"

namespace bispike {

Value gelu(Tape* tape, Value x) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    if (tape == nullptr || node == Value::kNoNode) return gelu(std::move(input));
    Tensor y = gelu(input);
    return tape->record(std::move(y), [node, input = std::move(input)](Tape& t, const Tensor& gradient) {
        t.add(node, gelu_backward(input, gradient));
    });
}

Value relu(Tape* tape, Value x) {
    const int node = x.node();
    Tensor y = relu(std::move(x).take());
    if (tape == nullptr || node == Value::kNoNode) return y;
    Tensor kept = y;
    return tape->record(std::move(y), [node, kept = std::move(kept)](Tape& t, const Tensor& gradient) {
        t.add(node, relu_backward(kept, gradient));
    });
}

}  // namespace bispike
