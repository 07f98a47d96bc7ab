// Token sums and gates on the tape.
#include "sim/grad/gate.h"

#include "sim/ops/gate.h"

namespace bispike {
namespace {

bool is_signed_bit(const Value& x) { return x.spikes() && !has_levels(x.spikes()->kind()); }

}  // namespace

Value token_sum(Tape* tape, Value k, Value v) {
    Tensor y = k.spikes() && v.spikes() ? token_sum(*k.spikes(), *v.spikes()) : token_sum(k.dense(), v.dense());
    if (tape == nullptr) return y;
    Origin origin{{k.node(), v.node()}};
    return tape->record(std::move(origin), std::move(y),
                        [k = std::move(k), v = std::move(v)](Tape& t, const Tensor& gradient) {
                            TokenSumGradient d = token_sum_backward(k.dense(), v.dense(), gradient);
                            t.add(k.node(), std::move(d.k));
                            t.add(v.node(), std::move(d.v));
                        });
}

OpCount token_sum_count(const Value& k, const Value& v) {
    if (k.spikes() && v.spikes()) return token_sum_count(*k.spikes(), *v.spikes());
    const auto slots = static_cast<uint64_t>(k.shape().size());
    return {.mac = slots, .dense = slots};
}

Value gate(Tape* tape, Value q, Value gate_value) {
    const bool packed = is_signed_bit(q) && is_signed_bit(gate_value);
    Value y = packed ? Value(gate(*q.spikes(), *gate_value.spikes())) : Value(gate(q.dense(), gate_value.dense()));
    if (tape == nullptr) return y;
    const Origin origin{{q.node(), gate_value.node()}};
    const Tape::Backward backward = [q = std::move(q), s = std::move(gate_value)](Tape& t, const Tensor& gradient) {
        GateGradient d = gate_backward(q.dense(), s.dense(), gradient);
        t.add(q.node(), std::move(d.q));
        t.add(s.node(), std::move(d.gate));
    };
    return packed ? tape->record(origin, *y.spikes(), backward) : tape->record(origin, std::move(y).take(), backward);
}

}  // namespace bispike
