// Layer normalisation on the tape.
#include "sim/grad/layer_norm.h"

namespace bispike {

Value layer_norm(Tape* tape, Value x, const Parameter& gamma, const Parameter& beta, float eps) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = layer_norm(input, gamma.value, beta.value, eps);
    if (tape == nullptr) return y;
    auto backward = [node, input = std::move(input), &gamma, &beta, eps](Tape& t, const Tensor& gradient) {
        LayerNormGradient g = layer_norm_backward(input, gamma.value, gradient, eps);
        t.sums()[gamma].add(g.gamma);
        t.sums()[beta].add(g.beta);
        t.add(node, std::move(g.x));
    };
    return tape->record(std::move(y), std::move(backward));
}

}  // namespace bispike
