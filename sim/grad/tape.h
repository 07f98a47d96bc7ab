// The tape: reverse-mode differentiation. What ran forward with a tape runs backward from the loss.
#pragma once

#include <functional>
#include <vector>

#include "sim/grad/parameter.h"
#include "sim/grad/value.h"

namespace bispike {

/// What a value on the tape was made of, for those who draw the graph of a pass.
struct Origin {
    std::vector<int> nodes;
    enum { other, sum } how = other;
};

/// Records one forward pass of one micro-batch on one thread. Layers that get a null tape record nothing.
class Tape {
public:
    /// Gets dL/d(output), whose memory it may use, adds dL/d(input) to the tape's nodes and dL/d(parameter) to its
    /// sums.
    using Backward = std::function<void(Tape&, Tensor gradient)>;

    explicit Tape(const ParameterList& parameters) : sums_(parameters) {}

    /// Puts an operation on the tape and returns its output with the new node.
    Value record(Tensor output, Backward backward) { return record({}, std::move(output), std::move(backward)); }
    Value record(Spikes output, Backward backward) { return record({}, std::move(output), std::move(backward)); }
    /// The same of an operation between layers, which says what it took.
    Value record(Origin origin, Tensor output, Backward backward);
    Value record(Origin origin, Spikes output, Backward backward);
    const Origin& origin(int node) const { return nodes_[static_cast<size_t>(node)].origin; }
    /// Adds a gradient to a node. No-op for Value::kNoNode: inputs that need none.
    void add(int node, Tensor gradient);
    /// Runs everything backward from `loss`, a tensor of one value, with dL/dL = `seed`. Each saved input is freed
    /// as soon as its step is done.
    void backward(const Value& loss, float seed = 1.0f);
    /// The gradient that reached a node, for tests: kept for nodes asked for with keep() before backward().
    void keep(int node) { kept_ = node; }
    const Tensor& kept() const { return kept_gradient_; }

    /// Gradients of the parameters; for buffers, the statistics measured by this pass.
    ParameterSums& sums() { return sums_; }

private:
    int push(Origin origin, const Shape& output, Backward backward);

    struct Node {
        Shape output;  // gradients arrive in it, whatever reshaping lay between
        Backward backward;
        Origin origin;
        Tensor gradient;
    };
    std::vector<Node> nodes_;
    ParameterSums sums_;
    int kept_ = Value::kNoNode;
    Tensor kept_gradient_;
};

}  // namespace bispike
