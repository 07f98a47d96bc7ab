// Maximum pooling.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/error.h"
#include "sim/ops/max_pool.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

constexpr PoolShape kPools[] = {{2, 2, 0}, {3, 2, 1}, {3, 1, 1}, {2, 3, 1}, {5, 2, 2}, {1, 2, 0}};
constexpr SpikeKind kKinds[] = {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer};

}  // namespace

TEST_CASE("max_pool by hand: padding never wins, not even over negative values") {
    const Tensor x({1, 1, 3, 3, 1}, {-1, -2, -3, -4, -5, -6, -7, -8, 9});
    CHECK(same_bits(max_pool(x, {3, 2, 1}), Tensor({1, 1, 2, 2, 1}, {-1, -2, -4, 9})));
    const Tensor silent({1, 1, 2, 2, 1}, {-1, -1, -1, -1});
    const Spikes below = max_pool(Spikes::from(silent, SpikeKind::bipolar), {3, 2, 1});
    CHECK(below == Spikes::from(Tensor({1, 1, 1, 1, 1}, {-1.0f}), SpikeKind::bipolar));
}

TEST_CASE("binary spikes pool to the OR of their bits") {
    Tensor x({1, 1, 2, 2, 3});
    x.row(0)[0] = 1, x.row(3)[0] = 1, x.row(2)[2] = 1;
    CHECK(same_bits(max_pool(Spikes::from(x, SpikeKind::binary), {2, 2, 0}).to_tensor(),
                    Tensor({1, 1, 1, 1, 3}, {1, 0, 1})));
}

TEST_CASE("the gradient goes to the first maximal tap, as PyTorch has it") {
    const Tensor x({1, 1, 2, 2, 2}, {0, 0, 1, 0, 1, 0, 0, 0});  // channel 0: taps 1 and 2 fire; channel 1: none
    const Tensor gradient({1, 1, 1, 1, 2}, {3, 5});
    const Tensor expected({1, 1, 2, 2, 2}, {0, 5, 3, 0, 0, 0, 0, 0});
    CHECK(same_bits(max_pool_backward(x, {2, 2, 0}, gradient), expected));
    for (const SpikeKind kind : kKinds)
        CHECK(same_bits(max_pool_backward(Spikes::from(x, kind), {2, 2, 0}, gradient), expected));
}

TEST_CASE("NaN wins a window") {
    const Tensor x({1, 1, 2, 2, 1}, {1, std::nanf(""), 5, 2});
    CHECK(std::isnan(max_pool(x, {2, 2, 0})[0]));
    const Tensor gradient = max_pool_backward(x, {2, 2, 0}, Tensor({1, 1, 1, 1, 1}, {1.0f}));
    CHECK(same_bits(gradient, Tensor({1, 1, 2, 2, 1}, {0, 1, 0, 0})));
}

TEST_CASE("max_pool and its backward pass agree with the plain reference on tensors") {
    for (const PoolShape& pool : kPools) {
        const Tensor x = random_tensor({2, 2, 7, 6, 9}, 1);
        const Tensor y = max_pool(x, pool);
        CHECK(same_bits(y, max_pool_reference(x, pool)));
        const Tensor gradient = random_tensor(y.shape(), 2);
        CHECK(same_bits(max_pool_backward(x, pool, gradient), max_pool_backward_reference(x, pool, gradient)));
    }
}

TEST_CASE("spikes of every kind pool to the same bits as their dense copy, forward and backward") {
    for (const PoolShape& pool : kPools)
        for (const SpikeKind kind : kKinds)
            for (const int64_t channels : {3, 64, 100}) {
                const Spikes x = random_spikes({2, 2, 7, 6, channels}, kind, 3);
                const Spikes y = max_pool(x, pool);
                const Tensor dense = max_pool_reference(x.to_tensor(), pool);
                CHECK(y == Spikes::from(dense, kind));
                const Tensor gradient = random_tensor(dense.shape(), 4);
                CHECK(same_bits(max_pool_backward(x, pool, gradient),
                                max_pool_backward_reference(x.to_tensor(), pool, gradient)));
            }
}

TEST_CASE("the gradient of max_pool is that of finite differences") {
    for (const PoolShape& pool : kPools) {
        Tensor x({1, 2, 5, 5, 2});  // values far enough apart that a small step changes no winner
        for (int64_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 37 % 101) * 0.1f;
        const Tensor gradient = random_tensor(pooled_shape(x.shape(), pool), 8);
        const auto loss = [&](const Tensor& at) { return dot(max_pool(at, pool), gradient); };
        CHECK(largest_difference(max_pool_backward(x, pool, gradient), numeric_gradient(loss, x)) < 1e-3);
    }
}

TEST_CASE("a gradient of the wrong shape is refused") {
    const Tensor x({1, 1, 4, 4, 2});
    CHECK_THROWS_AS(max_pool_backward(x, {2, 2, 0}, Tensor({1, 1, 3, 2, 2})), Error);
    CHECK_THROWS_AS(max_pool_backward(Spikes(x.shape(), SpikeKind::binary), {2, 2, 0}, x), Error);
}
