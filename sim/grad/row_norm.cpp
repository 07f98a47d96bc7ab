// The row normalisations of attention scores on the tape.
#include "sim/grad/row_norm.h"

#include "sim/ops/softmax.h"
#include "sim/ops/spike_count.h"

namespace bispike {

Value softmax(Tape* tape, Value scores) {
    const int node = scores.node();
    Tensor a = softmax(std::move(scores).take());
    if (tape == nullptr) return a;
    Tensor kept = a;
    return tape->record({{node}}, std::move(a), [node, kept = std::move(kept)](Tape& t, const Tensor& gradient) {
        t.add(node, softmax_backward(kept, gradient));
    });
}

Value shiftmax(Tape* tape, Value scores, Gamma gamma) {
    const int node = scores.node();
    Tensor a = shiftmax(std::move(scores).take(), gamma);
    if (tape == nullptr) return a;
    Tensor kept = a;
    return tape->record({{node}}, std::move(a), [node, kept = std::move(kept)](Tape& t, const Tensor& gradient) {
        t.add(node, shiftmax_backward(kept, gradient));
    });
}

Value spike_count(Tape* tape, Value scores) {
    const int node = scores.node();
    Tensor x = std::move(scores).take();
    Tensor a = spike_count(x);
    if (tape == nullptr) return a;
    Tensor kept = a;
    return tape->record({{node}}, std::move(a),
                        [node, x = std::move(x), kept = std::move(kept)](Tape& t, const Tensor& gradient) {
                            t.add(node, spike_count_backward(x, kept, gradient));
                        });
}

}  // namespace bispike
