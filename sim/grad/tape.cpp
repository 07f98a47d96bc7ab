// The tape.
#include "sim/grad/tape.h"

#include <cassert>

namespace bispike {

int Tape::push(Origin origin, const Shape& output, Backward backward) {
    nodes_.push_back({output, std::move(backward), std::move(origin), {}});
    return static_cast<int>(nodes_.size()) - 1;
}

Value Tape::record(Origin origin, Tensor output, Backward backward) {
    const int node = push(std::move(origin), output.shape(), std::move(backward));
    return {std::move(output), node};
}

Value Tape::record(Origin origin, Spikes output, Backward backward) {
    const int node = push(std::move(origin), output.shape(), std::move(backward));
    return {std::move(output), node};
}

void Tape::add(int node, Tensor gradient) {
    if (node == Value::kNoNode) return;
    Node& target = nodes_[static_cast<size_t>(node)];
    gradient = std::move(gradient).reshaped(target.output);
    if (target.gradient.empty())
        target.gradient = std::move(gradient);
    else
        target.gradient.add(gradient);
}

void Tape::backward(const Value& loss, float seed) {
    assert(loss.node() != Value::kNoNode && loss.shape().size() == 1);
    Tensor one(loss.shape());
    one.fill(seed);
    add(loss.node(), std::move(one));
    for (auto node = nodes_.size(); node-- > 0;) {
        Node current = std::move(nodes_[node]);
        nodes_[node] = {};
        if (static_cast<int>(node) == kept_) kept_gradient_ = current.gradient;
        if (!current.gradient.empty() && current.backward) current.backward(*this, std::move(current.gradient));
    }
    nodes_.clear();
}

}  // namespace bispike
