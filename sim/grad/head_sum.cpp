// Sums over the channels of attention heads on the tape: each of the two is the other's gradient.
#include "sim/grad/head_sum.h"

#include "sim/ops/head_sum.h"

namespace bispike {

Value head_sum(Tape* tape, Value x, int64_t heads) {
    Tensor y = x.spikes() ? head_sum(*x.spikes(), heads) : head_sum(*x.tensor(), heads);
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record({{x.node()}}, std::move(y),
                        [node = x.node(), channels = x.shape()[3]](Tape& t, const Tensor& gradient) {
                            t.add(node, head_spread(gradient, channels));
                        });
}

OpCount head_sum_count(const Value& x) {
    if (x.spikes()) return head_sum_count(*x.spikes());
    const auto slots = static_cast<uint64_t>(x.shape().size());
    return {.ac = slots, .dense = slots};
}

Value head_spread(Tape* tape, Value x, int64_t channels) {
    const auto recorded = [&](auto y) -> Value {
        if (tape == nullptr || x.node() == Value::kNoNode) return y;
        return tape->record({{x.node()}}, std::move(y),
                            [node = x.node(), heads = x.shape()[3]](Tape& t, const Tensor& gradient) {
                                t.add(node, head_sum(gradient, heads));
                            });
    };
    if (x.spikes()) return recorded(head_spread(*x.spikes(), channels));
    return recorded(head_spread(*x.tensor(), channels));
}

}  // namespace bispike
