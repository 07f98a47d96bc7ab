// Values kept for the backward pass.
#include "sim/grad/saved.h"

#include <doctest/doctest.h>

#include <limits>

using namespace bispike;

TEST_CASE("what is kept comes back with its bits, small integers and anything else") {
    const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    for (const Tensor& x : {Tensor({2, 3}, {0, 1, -127, 127, 5, -1}), Tensor({4}, {0, 1, 128, -3}),
                            Tensor({3}, {0.5f, 1, 2}), Tensor({2}, {-0.0f, 1}), Tensor({3}, {1, inf, -inf}),
                            Tensor({2}, {nan, 3}), Tensor({1}, {3e9f}), Tensor({0})})
        CHECK(same_bits(Saved(x).get(), x));
}
