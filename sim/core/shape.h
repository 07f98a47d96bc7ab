// The extents of an array, outermost first. Channels are always last.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace bispike {

/// Up to six extents, e.g. [T, B, H, W, C]. A value type; equality compares rank and extents.
class Shape {
public:
    static constexpr int kMaxRank = 6;

    Shape() = default;
    Shape(std::initializer_list<int64_t> extents) : Shape(std::span(extents.begin(), extents.size())) {}
    explicit Shape(std::span<const int64_t> extents);

    int rank() const { return rank_; }
    /// Extent of one axis; negative axes count from the end (-1 is the channel axis).
    int64_t operator[](int axis) const {
        const int i = axis < 0 ? rank_ + axis : axis;
        assert(i >= 0 && i < rank_);
        return extents_[static_cast<size_t>(i)];
    }
    /// Product of all extents; 1 for rank 0.
    int64_t size() const { return product(0, rank_); }
    /// Product of the extents of axes [first, last).
    int64_t product(int first, int last) const;
    /// Product of all extents but the last: the number of rows of channels.
    int64_t rows() const { return rank_ == 0 ? 1 : product(0, rank_ - 1); }
    /// The last extent; 1 for rank 0.
    int64_t channels() const { return rank_ == 0 ? 1 : (*this)[-1]; }
    /// The same shape with one axis replaced.
    Shape with(int axis, int64_t extent) const;
    std::span<const int64_t> extents() const { return {extents_.data(), static_cast<size_t>(rank_)}; }

    bool operator==(const Shape&) const = default;
    /// "[4, 2, 49, 64]"
    std::string str() const;

private:
    std::array<int64_t, kMaxRank> extents_{};  // unused places stay 0, so that == is memberwise
    int rank_ = 0;
};

/// Throws Error naming `what`, the shape it has and the one it must have.
void require_shape(const Shape& actual, const Shape& expected, const char* what);

}  // namespace bispike
