// Means on the tape.
#include "sim/grad/mean.h"

#include "tests/grad/ops_check.h"

using namespace bispike;

TEST_CASE("the means on the tape pass the gradients of their ops, for tensors and spikes") {
    const Spikes x = random_spikes({3, 2, 4, 5}, SpikeKind::integer, 1);
    const Tensor per_token = random_tensor({3, 2, 5}, 2), per_step = random_tensor({2, 4, 5}, 3);
    const auto over_tokens = [](Tape* tape, Value at) { return mean_tokens(tape, std::move(at)); };
    const auto over_time = [](Tape* tape, Value at) { return mean_time(tape, std::move(at)); };
    for (const Value& value : {Value(x), Value(x.to_tensor())}) {
        CHECK(same_bits(gradient_on_tape(over_tokens, value, per_token), mean_tokens_backward(x.shape(), per_token)));
        CHECK(same_bits(gradient_on_tape(over_time, value, per_step), mean_time_backward(x.shape(), per_step)));
        CHECK(same_bits(mean_time(nullptr, value).dense(), mean_time(x.to_tensor())));
    }
}
