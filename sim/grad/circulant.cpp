// The weighted sum with circulant weights on the tape.
#include "sim/grad/circulant.h"

#include "sim/ops/circulant.h"

namespace bispike {
namespace {

Value recorded(Tape* tape, Tensor y, Value weights, Value v, decltype(&circulant_fft_backward) backward) {
    if (tape == nullptr || (weights.node() == Value::kNoNode && v.node() == Value::kNoNode)) return y;
    return tape->record({{weights.node(), v.node()}}, std::move(y),
                        [weights = std::move(weights), v = std::move(v), backward](Tape& t, const Tensor& gradient) {
                            CirculantGradient d = backward(*weights.tensor(), *v.tensor(), gradient);
                            t.add(weights.node(), std::move(d.weights));
                            t.add(v.node(), std::move(d.v));
                        });
}

}  // namespace

Value circulant_gather(Tape* tape, Value weights, Value v) {
    Tensor y = circulant_gather(*weights.tensor(), *v.tensor());
    return recorded(tape, std::move(y), std::move(weights), std::move(v), circulant_gather_backward);
}

Value circulant_fft(Tape* tape, Value weights, Value v) {
    Tensor y = circulant_fft(*weights.tensor(), *v.tensor());
    return recorded(tape, std::move(y), std::move(weights), std::move(v), circulant_fft_backward);
}

}  // namespace bispike
