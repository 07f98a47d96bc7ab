// Values that are the same at every step.
#include "sim/ops/repeat.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"

using namespace bispike;

TEST_CASE("a value is written out for every step, and its gradients are summed") {
    const Tensor x({1, 2, 1}, {3, 4});
    CHECK(same_bits(repeat_steps(x, 3), Tensor({3, 2, 1}, {3, 4, 3, 4, 3, 4})));
    CHECK(same_bits(repeat_steps(x, 1), x));
    CHECK(same_bits(repeat_steps_backward(Tensor({3, 2, 1}, {1, 2, 10, 20, 100, 200})), Tensor({1, 2, 1}, {111, 222})));
    CHECK_THROWS_AS(repeat_steps(Tensor({2, 2}), 4), Error);
}
