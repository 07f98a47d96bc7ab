// Tensors: values, shapes, and what they refuse.
#include "sim/core/tensor.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/error.h"

using namespace bispike;

TEST_CASE("a tensor is row-major with channels last") {
    const Tensor t({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    CHECK(t.rows() == 4);
    CHECK(t.channels() == 3);
    CHECK(t.row(2)[1] == 8);
    CHECK(t[11] == 12);
}

TEST_CASE("a new tensor is zero, and an unnamed one is empty") {
    const Tensor zero({3, 5});
    for (const float v : zero.values()) CHECK(v == 0.0f);
    CHECK(Tensor().empty());
    CHECK(Tensor().size() == 0);
}

TEST_CASE("tensors of any size start on a cache line") {
    for (int64_t n = 1; n < 40; ++n) CHECK(reinterpret_cast<std::uintptr_t>(Tensor(Shape{n}).data()) % kAlignment == 0);
}

TEST_CASE("a copy of a tensor shares nothing with it") {
    const Tensor original({2}, {1, 2});
    Tensor copy = original;
    copy[0] = 5;
    CHECK(original[0] == 1);
}

TEST_CASE("reshaping keeps the values and their order") {
    const Tensor t({2, 3}, {1, 2, 3, 4, 5, 6});
    CHECK(same_bits(t.reshaped({3, 2}), Tensor({3, 2}, {1, 2, 3, 4, 5, 6})));
    CHECK(t.shape() == Shape{2, 3});
    CHECK(same_bits(Tensor(t).reshaped({6}), Tensor({6}, {1, 2, 3, 4, 5, 6})));
}

TEST_CASE("add and scale work element by element") {
    Tensor t({2, 2}, {1, 2, 3, 4});
    t.add(Tensor({2, 2}, {10, 20, 30, 40}));
    t.scale(0.5f);
    CHECK(same_bits(t, Tensor({2, 2}, {5.5f, 11, 16.5f, 22})));
}

TEST_CASE("tensors refuse shapes that do not fit, naming both") {
    Tensor t({2, 3});
    CHECK_THROWS_WITH_AS(Tensor({2, 3}, {1, 2, 3, 4, 5}), "5 values do not fill the shape [2, 3]", Error);
    CHECK_THROWS_WITH_AS(t.reshaped({2, 4}), "cannot reshape [2, 3] to [2, 4]", Error);
    CHECK_THROWS_WITH_AS(t.add(Tensor({3, 2})), "the tensor to add has shape [3, 2], expected [2, 3]", Error);
}

TEST_CASE("same_bits compares bits and shapes, not numbers") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(same_bits(Tensor({2}, {nan, 1}), Tensor({2}, {nan, 1})));
    CHECK_FALSE(same_bits(Tensor({1}, {0.0f}), Tensor({1}, {-0.0f})));
    CHECK_FALSE(same_bits(Tensor({1}, {1.0f}), Tensor({1}, {std::nextafter(1.0f, 2.0f)})));
    CHECK_FALSE(same_bits(Tensor({2, 3}), Tensor({3, 2})));
    CHECK(same_bits(Tensor({0, 3}), Tensor({0, 3})));
}
