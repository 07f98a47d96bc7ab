// The extents of an array.
#include "sim/core/shape.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {

Shape::Shape(std::span<const int64_t> extents) : rank_(static_cast<int>(extents.size())) {
    if (rank_ > kMaxRank) fail("a shape has at most {} axes, not {}", kMaxRank, rank_);
    for (int64_t e : extents)
        if (e < 0) fail("a shape cannot have the negative extent {}", e);
    std::ranges::copy(extents, extents_.begin());
}

int64_t Shape::product(int first, int last) const {
    int64_t n = 1;
    for (int i = first; i < last; ++i) n *= (*this)[i];
    return n;
}

Shape Shape::with(int axis, int64_t extent) const {
    Shape s = *this;
    s.extents_[static_cast<size_t>(axis < 0 ? rank_ + axis : axis)] = extent;
    return s;
}

std::string Shape::str() const { return fmt::format("[{}]", fmt::join(extents(), ", ")); }

void require_shape(const Shape& actual, const Shape& expected, const char* what) {
    if (actual != expected) fail("{} has shape {}, expected {}", what, actual.str(), expected.str());
}

}  // namespace bispike
