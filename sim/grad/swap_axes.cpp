// Two axes of an array exchanged, on the tape.
#include "sim/grad/swap_axes.h"

#include "sim/ops/heads.h"
#include "sim/ops/swap_axes.h"

namespace bispike {

Value swap_axes(Tape* tape, Value x, int a, int b) {
    const int node = x.node();
    Tensor y = swap_axes(std::move(x).take(), a, b);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y),
                        [node, a, b](Tape& t, const Tensor& gradient) { t.add(node, swap_axes(gradient, a, b)); });
}

Value split_heads(Tape* tape, Value x, int64_t heads) {
    const Heads s = heads_of(x.shape(), heads);
    return swap_axes(tape, std::move(x).reshaped({s.steps, s.batch, s.tokens, heads, s.width}), 2, 3);
}

Value split_channels(Tape* tape, Value x, int64_t heads) {
    const Heads s = heads_of(x.shape(), heads);
    return swap_axes(tape, std::move(x), 2, 3).reshaped({s.steps, s.batch, heads, s.width, s.tokens});
}

}  // namespace bispike
