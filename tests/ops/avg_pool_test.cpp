// Average pooling.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/avg_pool.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

constexpr PoolShape kPools[] = {{2, 2, 0}, {3, 2, 1}, {3, 1, 1}, {2, 3, 0}};

}  // namespace

TEST_CASE("avg_pool by hand: the border counts as zeros") {
    const Tensor x({1, 1, 2, 2, 1}, {4, 8, 12, 16});
    CHECK(same_bits(avg_pool(x, {2, 2, 0}), Tensor({1, 1, 1, 1, 1}, {10.0f})));
    CHECK(same_bits(avg_pool(x, {2, 2, 1}), Tensor({1, 1, 2, 2, 1}, {1, 2, 3, 4})));
}

TEST_CASE("avg_pool agrees with its plain reference, and spikes of every kind with their dense copy") {
    for (const PoolShape& pool : kPools) {
        const Tensor x = random_tensor({2, 2, 6, 5, 9}, 1);
        CHECK(largest_difference(avg_pool(x, pool), avg_pool_reference(x, pool)) < 1e-6);
        for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
            const Spikes spikes = random_spikes({2, 2, 6, 5, 70}, kind, 2);
            CHECK(same_bits(avg_pool(spikes, pool), avg_pool(spikes.to_tensor(), pool)));
        }
    }
}

TEST_CASE("the gradient of avg_pool is that of finite differences") {
    for (const PoolShape& pool : kPools) {
        const Tensor x = random_tensor({1, 2, 5, 5, 2}, 3);
        const Tensor gradient = random_tensor(pooled_shape(x.shape(), pool), 4);
        const auto loss = [&](const Tensor& at) { return dot(avg_pool(at, pool), gradient); };
        CHECK(largest_difference(avg_pool_backward(x.shape(), pool, gradient), numeric_gradient(loss, x, 0.5f)) < 1e-5);
    }
    CHECK_THROWS_AS(avg_pool_backward({1, 1, 4, 4, 2}, {2, 2, 0}, Tensor({1, 1, 4, 4, 2})), Error);
}
