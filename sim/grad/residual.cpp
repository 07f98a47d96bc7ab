// The residual sum on the tape.
#include "sim/grad/residual.h"

#include <utility>

namespace bispike {
namespace {

/// What the backward pass needs of one summand.
struct Summand {
    explicit Summand(const Value& x) : node(x.node()), shape(x.shape()) {}
    void pass_back(Tape& tape, Tensor gradient) const {
        if (node == Value::kNoNode) return;
        tape.add(node, shape == gradient.shape() ? std::move(gradient) : residual_backward(shape, gradient));
    }
    int node;
    Shape shape;
};

}  // namespace

Value residual(Tape* tape, Value a, Value b) {
    const Summand left(a), right(b);
    const auto recorded = [&](auto y) -> Value {
        if (tape == nullptr || (left.node == Value::kNoNode && right.node == Value::kNoNode)) return y;
        return tape->record({{left.node, right.node}, Origin::sum}, std::move(y),
                            [left, right](Tape& t, Tensor gradient) {
                                left.pass_back(t, gradient);
                                right.pass_back(t, std::move(gradient));
                            });
    };
    if (a.spikes() != nullptr && b.spikes() != nullptr) return recorded(residual(*a.spikes(), *b.spikes()));
    if (a.spikes() != nullptr) std::swap(a, b);
    if (b.spikes() != nullptr) return recorded(residual(std::move(a).take(), *b.spikes()));
    return recorded(residual(std::move(a).take(), std::move(b).take()));
}

}  // namespace bispike
