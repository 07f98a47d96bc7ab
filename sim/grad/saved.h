// Values kept for the backward pass in as little memory as they need.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// A tensor; one byte a value where all of them are integers in [-127, 127], as scores of spikes are.
class Saved {
public:
    explicit Saved(Tensor values);
    Tensor get() const;

private:
    Shape shape_;
    Tensor values_;  // empty where the bytes hold all
    AlignedVector<int8_t> bytes_;
};

}  // namespace bispike
