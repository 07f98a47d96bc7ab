// Where pooling windows fall.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/windows.h"

using namespace bispike;

TEST_CASE("the pooled shape is PyTorch's, rounded down") {
    CHECK(pooled_shape({4, 2, 32, 32, 5}, {3, 2, 1}) == Shape{4, 2, 16, 16, 5});
    CHECK(pooled_shape({1, 1, 28, 7, 5}, {3, 2, 1}) == Shape{1, 1, 14, 4, 5});
    CHECK(pooled_shape({1, 1, 5, 4, 1}, {2, 2, 0}) == Shape{1, 1, 2, 2, 1});
}

TEST_CASE("windows_over is the inverse of taps_of_window for every kernel, stride and padding") {
    for (const int64_t kernel : {1, 2, 3, 4, 5})
        for (const int64_t stride : {1, 2, 3, 6})
            for (int64_t padding = 0; padding <= kernel / 2; ++padding) {
                const PoolShape pool{kernel, stride, padding};
                const int64_t extent = 11, windows = pooled_shape({1, 1, extent, extent, 1}, pool)[2];
                CAPTURE(kernel);
                CAPTURE(stride);
                CAPTURE(padding);
                for (int64_t o = 0; o < windows; ++o) {
                    const Taps taps = taps_of_window(o, extent, pool);
                    CHECK(taps.first < taps.last);
                    for (int64_t i = 0; i < extent; ++i) {
                        const Taps over = windows_over(i, windows, pool);
                        CHECK((taps.first <= i && i < taps.last) == (over.first <= o && o < over.last));
                    }
                }
            }
}

TEST_CASE("a pooling shape that cannot be is refused with its value") {
    const Shape x{1, 1, 4, 4, 8};
    CHECK_THROWS_WITH_AS(pooled_shape(x, {0, 1, 0}), "pooling kernel = 0: must be at least 1", Error);
    CHECK_THROWS_WITH_AS(pooled_shape(x, {2, 0, 0}), "pooling stride = 0: must be at least 1", Error);
    CHECK_THROWS_WITH_AS(pooled_shape(x, {3, 2, 2}), "pooling padding = 2: must lie in [0, 1], half the kernel", Error);
    CHECK_THROWS_WITH_AS(pooled_shape(x, {3, 2, -1}), "pooling padding = -1: must lie in [0, 1], half the kernel",
                         Error);
    CHECK_THROWS_WITH_AS(pooled_shape(x, {7, 1, 0}), "a map of 4 x 4 pixels is smaller than the pooling kernel 7",
                         Error);
    CHECK_THROWS_WITH_AS(pooled_shape({4, 4, 8}, {2, 2, 0}), "pooling needs an input [t, B, H, W, C], not [4, 4, 8]",
                         Error);
}
