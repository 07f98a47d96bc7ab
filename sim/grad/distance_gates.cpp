// A mask of attention scores, with one gate for all pairs of tokens of one distance, on the tape.
#include "sim/grad/distance_gates.h"

#include <cmath>

namespace bispike {

Value distance_gates(Tape* tape, const Parameter& alpha, const Tensor& noise, bool smooth) {
    Tensor gates = Tensor::uninitialised(noise.shape()), slopes = Tensor::uninitialised(noise.shape());
    for (int64_t i = 0; i < gates.size(); ++i) {
        const float logit = alpha.value[2 * i + 1] - alpha.value[2 * i] + noise[i];
        const float p = 1.0f / (1.0f + std::exp(-logit));
        gates[i] = smooth ? p : (logit > 0 ? 1.0f : 0.0f);
        slopes[i] = p * (1.0f - p);
    }
    if (tape == nullptr) return gates;
    return tape->record(std::move(gates), [&alpha, slopes = std::move(slopes)](Tape& t, const Tensor& gradient) {
        Tensor& to = t.sums()[alpha];
        for (int64_t i = 0; i < gradient.size(); ++i) {
            to[2 * i + 1] += gradient[i] * slopes[i];
            to[2 * i] -= gradient[i] * slopes[i];
        }
    });
}

Value spread_distances(Tape* tape, Value gates, const GridDistances& distances) {
    const int node = gates.node();
    Tensor y = spread_distances(*gates.tensor(), distances);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y), [node, &distances](Tape& t, const Tensor& gradient) {
        t.add(node, gather_distances(gradient, distances));
    });
}

Value mask_scores(Tape* tape, Value scores, Value mask, float masked_score) {
    const int node = scores.node();
    Tensor y = mask_scores(std::move(scores).take(), *mask.tensor(), masked_score);
    if (tape == nullptr || (node == Value::kNoNode && mask.node() == Value::kNoNode)) return y;
    return tape->record({{node, mask.node()}}, std::move(y),
                        [node, to = mask.node(), shape = mask.shape(), masked_score](Tape& t, const Tensor& gradient) {
                            if (to != Value::kNoNode) t.add(to, mask_scores_backward(gradient, shape, masked_score));
                            t.add(node, gradient);
                        });
}

}  // namespace bispike
