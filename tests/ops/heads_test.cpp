// How tokens divide into heads.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/heads.h"

using namespace bispike;

TEST_CASE("heads share out the channels") {
    const Heads s = heads_of({4, 2, 49, 64}, 4);
    CHECK(s.width == 16);
    CHECK(s.groups() == 8);
    CHECK(s.score_shape() == Shape{4, 2, 4, 49, 49});
    CHECK(s.token_shape() == Shape{4, 2, 49, 64});
    CHECK(s.dense() == 8ull * 49 * 49 * 64);
}

TEST_CASE("tokens may look at sources that are others than themselves") {
    const Heads s = heads_between({4, 2, 49, 64}, {4, 2, 7, 64}, 4, "the keys");
    CHECK(s.score_shape() == Shape{4, 2, 4, 49, 7});
    CHECK(s.source_shape() == Shape{4, 2, 7, 64});
    CHECK(s.dense() == 8ull * 49 * 7 * 64);
    for (const Shape& wrong : {Shape{4, 1, 7, 64}, {4, 2, 7, 32}, {4, 2, 64}})
        CHECK_THROWS_WITH_AS(heads_between({4, 2, 49, 64}, wrong, 4, "the keys"), doctest::Contains("the keys"), Error);
}

TEST_CASE("heads that do not divide the width are an error that gives the choices") {
    CHECK_THROWS_WITH_AS(require_heads(12, 5),
                         "attention heads = 5 do not divide the width 12; choices: 1, 2, 3, 4, 6, 12", Error);
    CHECK_THROWS_AS(require_heads(12, 0), Error);
    CHECK_THROWS_AS(heads_of({4, 49, 64}, 4), Error);
}

TEST_CASE("channel bits cross the boundary of words") {
    const uint64_t row[2] = {uint64_t{0b11} << 62, 0b101};
    CHECK(channel_bits(row, 62, 5) == 0b10111);
    CHECK(channel_bits(row, 64, 2) == 0b01);
    CHECK(channel_bits(row, 32, 32) == 0xc0000000u);
}
