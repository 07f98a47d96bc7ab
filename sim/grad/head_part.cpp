// Parts of the channels of attention heads on the tape.
#include "sim/grad/head_part.h"

namespace bispike {

Value head_part(Tape* tape, const Value& x, const HeadPart& which, std::vector<float> factors) {
    Tensor y = x.tensor() ? head_part(*x.tensor(), which, factors) : head_part(x.dense(), which, factors);
    if (tape == nullptr) return y;
    return tape->record({{x.node()}}, std::move(y),
                        [node = x.node(), which, factors = std::move(factors)](Tape& t, const Tensor& gradient) {
                            t.add(node, head_part_backward(gradient, which, factors));
                        });
}

}  // namespace bispike
