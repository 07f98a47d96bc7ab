// The residual sum.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/residual.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

constexpr SpikeKind kKinds[] = {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer};

}  // namespace

TEST_CASE("a sum of spikes by hand: levels, and silence where they cancel") {
    const Spikes a = Spikes::from(Tensor({1, 4}, {1, 1, 0, 0}), SpikeKind::binary);
    const Spikes b = Spikes::from(Tensor({1, 4}, {1, -1, -1, 0}), SpikeKind::bipolar);
    const Spikes sum = residual(a, b);
    CHECK(sum == Spikes::from(Tensor({1, 4}, {2, 0, -1, 0}), SpikeKind::integer));
    CHECK(sum.count() == 2);
    CHECK(sum.total() == 3);
}

TEST_CASE("every pair of tensor and spikes adds to the same numbers, also where one is the same at every step") {
    for (const SpikeKind left : kKinds)
        for (const SpikeKind right : kKinds)
            for (const auto& [a_steps, b_steps] : {std::pair{3, 3}, {1, 3}, {3, 1}}) {
                const Spikes a = random_spikes({a_steps, 2, 5, 70}, left, 1);
                const Spikes b = random_spikes({b_steps, 2, 5, 70}, right, 2);
                const Tensor expected = residual_reference(a.to_tensor(), b.to_tensor());
                CHECK(expected.shape() == Shape{3, 2, 5, 70});
                CHECK(residual(a, b) == Spikes::from(expected, SpikeKind::integer));
                CHECK(same_bits(residual(a.to_tensor(), b), expected));
                CHECK(same_bits(residual(a.to_tensor(), b.to_tensor()), expected));
            }
}

TEST_CASE("tensors add to the bits of the reference, either way round") {
    const Tensor a = random_tensor({3, 2, 7}, 1), b = random_tensor({3, 2, 7}, 2), still = random_tensor({1, 2, 7}, 3);
    CHECK(same_bits(residual(a, b), residual_reference(a, b)));
    CHECK(same_bits(residual(a, still), residual_reference(a, still)));
    CHECK(same_bits(residual(still, a), residual_reference(still, a)));
}

TEST_CASE("minus zero plus a silent slot is plus zero, as for the dense copy") {
    const Tensor minus({1, 1}, {-0.0f});
    CHECK(same_bits(residual(minus, Spikes({1, 1}, SpikeKind::binary)), Tensor({1, 1}, {0.0f})));
}

TEST_CASE("the gradient of a sum passes through, and adds up over time for a value that is the same at every step") {
    const Tensor gradient = random_tensor({3, 2, 4}, 4);
    const Tensor a = random_tensor({1, 2, 4}, 5), b = random_tensor({3, 2, 4}, 6);
    const auto loss_of_a = [&](const Tensor& at) { return dot(residual(at, b), gradient); };
    const auto loss_of_b = [&](const Tensor& at) { return dot(residual(a, at), gradient); };
    CHECK(largest_difference(residual_backward(a.shape(), gradient), numeric_gradient(loss_of_a, a, 0.5f)) < 1e-5);
    CHECK(largest_difference(residual_backward(b.shape(), gradient), numeric_gradient(loss_of_b, b, 0.5f)) < 1e-5);
    CHECK(same_bits(residual_backward(b.shape(), gradient), gradient));
}

TEST_CASE("a level beyond 127 is refused, 127 and -127 are not") {
    const auto level = [](float v) { return Spikes::from(Tensor({1, 1}, {v}), SpikeKind::integer); };
    CHECK(residual(level(100), level(27)).value(0, 0) == 127);
    CHECK(residual(level(-100), level(-27)).value(0, 0) == -127);
    CHECK_THROWS_WITH_AS(residual(level(100), level(28)), "a sum of spikes reached the level 128, beyond 127", Error);
    CHECK_THROWS_WITH_AS(residual(level(-127), level(-127)), "a sum of spikes reached the level 254, beyond 127",
                         Error);
}

TEST_CASE("shapes that do not fit are refused with both") {
    CHECK_THROWS_WITH_AS(residual(Tensor({2, 3}), Tensor({3, 3})),
                         "cannot add [2, 3] and [3, 3]: shapes must be equal, or outermost extents 1 and T", Error);
    CHECK_THROWS_AS(residual(Tensor({1, 3}), Tensor({1, 4})), Error);
    CHECK_THROWS_AS(residual(Tensor({3}), Tensor({1, 3})), Error);
    CHECK_THROWS_AS(residual_backward({2, 3}, Tensor({4, 3})), Error);
}
