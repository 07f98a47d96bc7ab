// ReLU.
#include "sim/ops/relu.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"

using namespace bispike;

TEST_CASE("relu and its gradient by hand") {
    const Tensor y = relu(Tensor({4}, {-1, 0, 0.5f, 3}));
    CHECK(same_bits(y, Tensor({4}, {0, 0, 0.5f, 3})));
    CHECK(same_bits(relu_backward(y, Tensor({4}, {1, 2, 3, 4})), Tensor({4}, {0, 0, 3, 4})));
    CHECK_THROWS_AS(relu_backward(y, Tensor({5})), Error);
}
