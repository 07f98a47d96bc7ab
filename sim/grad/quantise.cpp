// Quantised values on the tape.
#include "sim/grad/quantise.h"

namespace bispike {

Value quantised(Tape* tape, Value x, const Parameter& step, const CodeRange& range, float gain) {
    const int node = x.node();
    const float size = step.value[0];
    Tensor input = std::move(x).take();
    Tensor y = quantise(input, size, range);
    y.scale(size);
    if (tape == nullptr) return y;
    auto backward = [node, size, input = std::move(input), &step, range, gain](Tape& t, const Tensor& gradient) {
        QuantiseGradient d = quantise_backward(input, size, range, gradient);
        t.sums()[step][0] += static_cast<float>(d.step) * gain;
        t.add(node, std::move(d.x));
    };
    return tape->record({{node}}, std::move(y), std::move(backward));
}

}  // namespace bispike
