// Means on the tape.
#include "sim/grad/mean.h"

namespace bispike {

Value mean_tokens(Tape* tape, Value x) {
    Tensor y = x.spikes() != nullptr ? mean_tokens(*x.spikes()) : mean_tokens(*x.tensor());
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record({{x.node()}}, std::move(y),
                        [shape = x.shape(), node = x.node()](Tape& t, const Tensor& gradient) {
                            t.add(node, mean_tokens_backward(shape, gradient));
                        });
}

Value running_mean(Tape* tape, Value x) {
    Tensor y = running_mean(*x.tensor());
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record({{x.node()}}, std::move(y), [node = x.node()](Tape& t, const Tensor& gradient) {
        t.add(node, running_mean_backward(gradient));
    });
}

Value mean_time(Tape* tape, Value x) {
    Tensor y = x.spikes() != nullptr ? mean_time(x.spikes()->to_tensor()) : mean_time(*x.tensor());
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record({{x.node()}}, std::move(y),
                        [shape = x.shape(), node = x.node()](Tape& t, const Tensor& gradient) {
                            t.add(node, mean_time_backward(shape, gradient));
                        });
}

}  // namespace bispike
