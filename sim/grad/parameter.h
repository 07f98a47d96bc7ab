// Named weights of a network and their gradients.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "sim/core/tensor.h"

namespace bispike {

/// How the trainer treats a parameter.
enum class Role {
    weight,  // trained, with weight decay
    scale,   // trained, without weight decay: biases, normalisation, time constants
    buffer,  // not trained: running statistics
};

/// One named tensor. Const while a network runs; the trainer and the loader alone write it.
struct Parameter {
    std::string name;  // object path: "block.0.attn.q.weight"
    Tensor value;      // PyTorch layout
    Role role = Role::weight;
    int index = 0;  // place in its ParameterList
};

/// Owns a network's parameters at stable addresses, in the order of construction.
class ParameterList {
public:
    /// Throws Error if the name is taken.
    Parameter& add(std::string name, Tensor value, Role role);
    int size() const { return static_cast<int>(all_.size()); }
    auto begin() { return all_.begin(); }
    auto end() { return all_.end(); }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }
    /// Null if there is none.
    Parameter* find(const std::string& name);
    /// Number of trained values.
    int64_t trained_values() const;

private:
    std::deque<Parameter> all_;
};

/// One tensor a parameter, zero at first: a gradient, or for a buffer the new statistics of this micro-batch.
class ParameterSums {
public:
    explicit ParameterSums(const ParameterList& list);
    Tensor& operator[](const Parameter& p) { return sums_[static_cast<size_t>(p.index)]; }
    Tensor& operator[](int index) { return sums_[static_cast<size_t>(index)]; }
    const Tensor& operator[](int index) const { return sums_[static_cast<size_t>(index)]; }
    int size() const { return static_cast<int>(sums_.size()); }

private:
    std::vector<Tensor> sums_;
};

}  // namespace bispike
