// Pooling on the tape.
#include "sim/grad/avg_pool.h"
#include "sim/grad/max_pool.h"
#include "tests/grad/ops_check.h"

using namespace bispike;

TEST_CASE("max_pool on the tape passes the gradient of its op, and spikes stay spikes") {
    const PoolShape pool{3, 2, 1};
    const Tensor gradient = random_tensor({2, 1, 2, 2, 5}, 1);
    const auto op = [&](Tape* tape, Value x) { return max_pool(tape, std::move(x), pool); };
    const Tensor x = random_tensor({2, 1, 4, 4, 5}, 2);
    CHECK(same_bits(gradient_on_tape(op, x, gradient), max_pool_backward_reference(x, pool, gradient)));
    const Spikes spikes = random_spikes({2, 1, 4, 4, 5}, SpikeKind::bipolar, 3);
    CHECK(same_bits(gradient_on_tape(op, spikes, gradient),
                    max_pool_backward_reference(spikes.to_tensor(), pool, gradient)));
    CHECK(max_pool(nullptr, spikes, pool).spikes()->kind() == SpikeKind::bipolar);
}

TEST_CASE("avg_pool on the tape passes the gradient of its op and gives tensors") {
    const PoolShape pool{2, 2, 0};
    const Tensor gradient = random_tensor({2, 1, 2, 2, 5}, 1);
    const auto op = [&](Tape* tape, Value x) { return avg_pool(tape, std::move(x), pool); };
    const Spikes spikes = random_spikes({2, 1, 4, 4, 5}, SpikeKind::binary, 3);
    const Tensor expected = avg_pool_backward(spikes.shape(), pool, gradient);
    CHECK(same_bits(gradient_on_tape(op, spikes, gradient), expected));
    CHECK(same_bits(gradient_on_tape(op, spikes.to_tensor(), gradient), expected));
    CHECK(avg_pool(nullptr, spikes, pool).tensor() != nullptr);
}
