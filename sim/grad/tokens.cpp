// Tokens and their positions on the tape.
#include "sim/grad/tokens.h"

#include "sim/ops/tokens.h"

namespace bispike {

Value prepend_token(Tape* tape, Value x, const Parameter& token) {
    const int node = x.node();
    Tensor y = prepend_token(std::move(x).take(), token.value);
    if (tape == nullptr) return y;
    return tape->record(std::move(y), [node, &token](Tape& t, const Tensor& gradient) {
        t.sums()[token].add(sum_images(slice_tokens(gradient, 0, 1)));
        if (node != Value::kNoNode) t.add(node, slice_tokens(gradient, 1, gradient.shape()[2] - 1));
    });
}

Value slice_tokens(Tape* tape, Value x, int64_t first, int64_t count) {
    const int node = x.node();
    const Shape shape = x.shape();
    Tensor y = slice_tokens(std::move(x).take(), first, count);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record(std::move(y), [node, shape, first](Tape& t, const Tensor& gradient) {
        t.add(node, slice_tokens_backward(shape, first, gradient));
    });
}

Value pick_tokens(Tape* tape, Value x, std::vector<int64_t> chosen) {
    const int node = x.node();
    const Shape shape = x.shape();
    Tensor y = pick_tokens(std::move(x).take(), chosen);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y),
                        [node, shape, chosen = std::move(chosen)](Tape& t, const Tensor& gradient) {
                            t.add(node, pick_tokens_backward(shape, chosen, gradient));
                        });
}

Value add_positions(Tape* tape, Value x, const Parameter& position) {
    const int node = x.node();
    Tensor y = add_positions(std::move(x).take(), position.value);
    if (tape == nullptr) return y;
    return tape->record(std::move(y), [node, &position](Tape& t, const Tensor& gradient) {
        t.sums()[position].add(sum_images(gradient));
        t.add(node, gradient);
    });
}

}  // namespace bispike
