// What flows between layers: a dense tensor or packed spikes, and its place on the tape while training.
#pragma once

#include <utility>
#include <variant>

#include "sim/core/spikes.h"
#include "sim/core/tensor.h"

namespace bispike {

/// Owns its data. Time is the outermost axis; an extent of 1 there stands for a value that is the same at every step.
class Value {
public:
    static constexpr int kNoNode = -1;

    Value() = default;
    Value(Tensor tensor, int node = kNoNode) : data_(std::move(tensor)), node_(node) {}
    Value(Spikes spikes, int node = kNoNode) : data_(std::move(spikes)), node_(node) {}

    /// Null if these are spikes.
    const Tensor* tensor() const { return std::get_if<Tensor>(&data_); }
    /// Null if this is a tensor.
    const Spikes* spikes() const { return std::get_if<Spikes>(&data_); }
    const Shape& shape() const { return tensor() ? tensor()->shape() : spikes()->shape(); }
    /// A dense copy, whatever this is.
    Tensor dense() const { return tensor() ? *tensor() : spikes()->to_tensor(); }
    /// The tensor itself, without a copy where this is one.
    Tensor take() && {
        if (Tensor* t = std::get_if<Tensor>(&data_)) return std::move(*t);
        return spikes()->to_tensor();
    }
    Value reshaped(Shape shape) && {
        if (Tensor* t = std::get_if<Tensor>(&data_)) return {std::move(*t).reshaped(shape), node_};
        return {std::move(std::get<Spikes>(data_)).reshaped(shape), node_};
    }
    /// Node on the tape that made this value; kNoNode when nothing is recorded.
    int node() const { return node_; }

private:
    std::variant<Tensor, Spikes> data_;
    int node_ = kNoNode;
};

}  // namespace bispike
