// A dense float32 array, row-major, channels last.
#pragma once

#include <span>

#include "sim/core/aligned.h"
#include "sim/core/shape.h"

namespace bispike {

/// Owns its values (copying copies them). Activations are [T, B, H, W, C] or [T, B, N, C]; weights keep the
/// layout of PyTorch ([out, in], [out, in / groups, kh, kw]).
class Tensor {
public:
    Tensor() = default;
    /// All zero.
    explicit Tensor(Shape shape) : Tensor(uninitialised(shape)) { fill(0.0f); }
    /// Throws Error if the number of values does not match the shape.
    Tensor(Shape shape, std::span<const float> values);
    Tensor(Shape shape, std::initializer_list<float> values)
        : Tensor(shape, std::span<const float>(values.begin(), values.size())) {}
    /// Values are indeterminate: for results that are written in full.
    static Tensor uninitialised(Shape shape);

    const Shape& shape() const { return shape_; }
    int64_t size() const { return static_cast<int64_t>(values_.size()); }
    bool empty() const { return values_.empty(); }
    int64_t rows() const { return shape_.rows(); }
    int64_t channels() const { return shape_.channels(); }

    float* data() { return values_.data(); }
    const float* data() const { return values_.data(); }
    float* row(int64_t r) { return data() + r * channels(); }
    const float* row(int64_t r) const { return data() + r * channels(); }
    std::span<float> values() { return values_; }
    std::span<const float> values() const { return values_; }
    float& operator[](int64_t i) { return values_[static_cast<size_t>(i)]; }
    float operator[](int64_t i) const { return values_[static_cast<size_t>(i)]; }

    void fill(float value);
    /// The same values under another shape of the same size; throws Error if the sizes differ.
    Tensor reshaped(Shape shape) const&;
    Tensor reshaped(Shape shape) &&;
    /// this += other, element by element; shapes must be equal.
    void add(const Tensor& other);
    void scale(float factor);

private:
    Shape shape_{0};
    AlignedVector<float> values_;
};

/// True where shapes are equal and every value has the same bits (so NaN equals itself and -0 differs from 0).
bool same_bits(const Tensor& a, const Tensor& b);

}  // namespace bispike
