// The training loss on the tape.
#include "sim/grad/cross_entropy.h"

namespace bispike {

Value cross_entropy(Tape* tape, Value logits, Tensor targets, float smoothing) {
    const int node = logits.node();
    Tensor z = std::move(logits).take();
    Tensor loss({1}, {static_cast<float>(cross_entropy(z, targets, smoothing))});
    if (tape == nullptr || node == Value::kNoNode) return loss;
    auto backward = [node, z = std::move(z), targets = std::move(targets), smoothing](Tape& t, const Tensor& gradient) {
        t.add(node, cross_entropy_backward(z, targets, smoothing, gradient[0]));
    };
    return tape->record(std::move(loss), std::move(backward));
}

}  // namespace bispike
