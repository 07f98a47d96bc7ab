// A dense float32 array.
#include "sim/core/tensor.h"

#include <algorithm>
#include <cstring>

#include "sim/core/error.h"

namespace bispike {

Tensor Tensor::uninitialised(Shape shape) {
    Tensor t;
    t.shape_ = shape;
    t.values_.resize(static_cast<size_t>(shape.size()));
    return t;
}

Tensor::Tensor(Shape shape, std::span<const float> values) : shape_(shape), values_(values.begin(), values.end()) {
    if (size() != shape.size()) fail("{} values do not fill the shape {}", size(), shape.str());
}

void Tensor::fill(float value) { std::ranges::fill(values_, value); }

Tensor Tensor::reshaped(Shape shape) const& { return Tensor(*this).reshaped(shape); }

Tensor Tensor::reshaped(Shape shape) && {
    if (shape.size() != size()) fail("cannot reshape {} to {}", shape_.str(), shape.str());
    shape_ = shape;
    return std::move(*this);
}

void Tensor::add(const Tensor& other) {
    require_shape(other.shape(), shape_, "the tensor to add");
    const float* from = other.data();
    float* to = data();
    for (int64_t i = 0, n = size(); i < n; ++i) to[i] += from[i];
}

void Tensor::scale(float factor) {
    for (float& v : values_) v *= factor;
}

bool same_bits(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() &&
           (a.empty() || std::memcmp(a.data(), b.data(), static_cast<size_t>(a.size()) * sizeof(float)) == 0);
}

}  // namespace bispike
