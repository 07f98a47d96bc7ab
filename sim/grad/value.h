// What flows between layers: a dense tensor or packed spikes, and its place on the tape while training.
#pragma once

#include <memory>
#include <utility>

#include "sim/core/spikes.h"
#include "sim/core/tensor.h"

namespace bispike {

/// Time is the outermost axis; an extent of 1 there stands for a value that is the same at every step. Copies share the
/// data, which nobody changes: who takes it gets the data itself where no other copy is left. One thread.
class Value {
public:
    static constexpr int kNoNode = -1;

    Value() : Value(Tensor()) {}
    Value(Tensor tensor, int node = kNoNode) : tensor_(std::make_shared<Tensor>(std::move(tensor))), node_(node) {}
    Value(Spikes spikes, int node = kNoNode) : spikes_(std::make_shared<Spikes>(std::move(spikes))), node_(node) {}

    /// Null if these are spikes.
    const Tensor* tensor() const { return tensor_.get(); }
    /// Null if this is a tensor.
    const Spikes* spikes() const { return spikes_.get(); }
    const Shape& shape() const { return tensor_ ? tensor_->shape() : spikes_->shape(); }
    /// A dense copy, whatever this is.
    Tensor dense() const { return tensor_ ? *tensor_ : spikes_->to_tensor(); }
    /// As a tensor.
    Tensor take() && { return tensor_ ? taken(tensor_) : spikes_->to_tensor(); }
    Value reshaped(Shape shape) && {
        if (tensor_) return {taken(tensor_).reshaped(shape), node_};
        return {taken(spikes_).reshaped(shape), node_};
    }
    /// Node on the tape that made this value; kNoNode when nothing is recorded.
    int node() const { return node_; }

private:
    template <class T>
    static T taken(const std::shared_ptr<T>& data) {
        if (data.use_count() == 1) return std::move(*data);
        return *data;
    }

    std::shared_ptr<Tensor> tensor_;  // one of the two
    std::shared_ptr<Spikes> spikes_;
    int node_ = kNoNode;
};

}  // namespace bispike
