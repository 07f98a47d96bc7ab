// The tape.
#include "sim/grad/tape.h"

#include <cassert>

namespace bispike {

int Tape::push(Backward backward) {
    nodes_.push_back({std::move(backward), {}});
    return static_cast<int>(nodes_.size()) - 1;
}

Value Tape::record(Tensor output, Backward backward) { return {std::move(output), push(std::move(backward))}; }
Value Tape::record(Spikes output, Backward backward) { return {std::move(output), push(std::move(backward))}; }

void Tape::add(int node, Tensor gradient) {
    if (node == Value::kNoNode) return;
    Tensor& sum = nodes_[static_cast<size_t>(node)].gradient;
    if (sum.empty())
        sum = std::move(gradient);
    else
        sum.add(gradient);
}

void Tape::backward(const Value& loss, float seed) {
    assert(loss.node() != Value::kNoNode && loss.shape().size() == 1);
    Tensor one(loss.shape());
    one.fill(seed);
    add(loss.node(), std::move(one));
    for (auto node = nodes_.size(); node-- > 0;) {
        Node current = std::move(nodes_[node]);
        if (!current.gradient.empty() && current.backward) current.backward(*this, current.gradient);
        if (static_cast<int>(node) == kept_) kept_gradient_ = std::move(current.gradient);
        nodes_[node] = {};
    }
    nodes_.clear();
}

}  // namespace bispike
