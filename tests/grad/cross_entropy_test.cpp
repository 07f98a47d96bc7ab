// The training loss on the tape.
#include "sim/grad/cross_entropy.h"

#include "tests/grad/ops_check.h"

using namespace bispike;

TEST_CASE("cross_entropy on the tape is one value, and passes its gradient times the seed") {
    const Tensor logits = random_tensor({3, 4}, 1), targets({3, 4}, {1, 0, 0, 0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 1});
    const auto op = [&](Tape* tape, Value x) { return cross_entropy(tape, std::move(x), targets, 0.1f); };
    CHECK(same_bits(gradient_on_tape(op, logits, Tensor({1}, {2.0f})),
                    cross_entropy_backward(logits, targets, 0.1f, 2.0f)));
    const Value loss = op(nullptr, logits);
    CHECK(loss.shape() == Shape{1});
    CHECK((*loss.tensor())[0] == static_cast<float>(cross_entropy(logits, targets, 0.1f)));
}
