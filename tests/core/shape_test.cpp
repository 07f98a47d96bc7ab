// Shapes: extents, products, and the errors of shapes that do not fit.
#include "sim/core/shape.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"

using namespace bispike;

TEST_CASE("a shape counts its values, rows and channels") {
    const Shape s{4, 2, 7, 5, 3};
    CHECK(s.rank() == 5);
    CHECK(s.size() == 840);
    CHECK(s.rows() == 280);
    CHECK(s.channels() == 3);
    CHECK(s.product(1, 3) == 14);
    CHECK(s.product(2, 2) == 1);
    CHECK(Shape{4, 0, 3}.size() == 0);
}

TEST_CASE("negative axes count from the end") {
    const Shape s{4, 2, 7};
    CHECK(s[-1] == 7);
    CHECK(s[-3] == s[0]);
    CHECK(s.with(-1, 9) == Shape{4, 2, 9});
    CHECK(s.with(0, 1) == Shape{1, 2, 7});
}

TEST_CASE("a shape without axes holds one value") {
    CHECK(Shape().size() == 1);
    CHECK(Shape().rows() == 1);
    CHECK(Shape().channels() == 1);
    CHECK(Shape().str() == "[]");
}

TEST_CASE("equal shapes have the same rank and extents") {
    CHECK(Shape{2, 3} == Shape{2, 3});
    CHECK(Shape{2, 3} != Shape{3, 2});
    CHECK(Shape{2, 3} != Shape{2, 3, 0});
    CHECK(Shape{2, 3} != Shape{1, 2, 3});
    CHECK(Shape{4, 2, 49, 64}.str() == "[4, 2, 49, 64]");
}

TEST_CASE("a shape refuses a seventh axis and negative extents") {
    CHECK(Shape{1, 2, 3, 4, 5, 6}.size() == 720);
    CHECK_THROWS_WITH_AS((Shape{1, 2, 3, 4, 5, 6, 7}), "a shape has at most 6 axes, not 7", Error);
    CHECK_THROWS_WITH_AS((Shape{2, -3}), "a shape cannot have the negative extent -3", Error);
}

TEST_CASE("the error of a wrong shape names the array and both shapes") {
    require_shape({2, 3}, {2, 3}, "a weight");
    CHECK_THROWS_WITH_AS(require_shape({2, 3}, {2, 4}, "a weight"), "a weight has shape [2, 3], expected [2, 4]",
                         Error);
    CHECK_THROWS_AS(require_shape({2, 3}, {1, 2, 3}, "a weight"), Error);
}
