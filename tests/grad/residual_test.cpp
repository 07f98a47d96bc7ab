// The residual sum on the tape.
#include "sim/grad/residual.h"

#include "tests/grad/ops_check.h"

using namespace bispike;

TEST_CASE("residual on the tape passes the gradient to either summand, whatever they are") {
    const Spikes a = random_spikes({1, 2, 5}, SpikeKind::binary, 1);
    const Spikes b = random_spikes({3, 2, 5}, SpikeKind::bipolar, 2);
    const Tensor gradient = random_tensor({3, 2, 5}, 3);
    for (const Value& left : {Value(a), Value(a.to_tensor())})
        for (const Value& right : {Value(b), Value(b.to_tensor())}) {
            const auto of_left = [&](Tape* tape, Value x) { return residual(tape, std::move(x), right); };
            const auto of_right = [&](Tape* tape, Value x) { return residual(tape, left, std::move(x)); };
            CHECK(same_bits(gradient_on_tape(of_left, left, gradient), residual_backward(a.shape(), gradient)));
            CHECK(same_bits(gradient_on_tape(of_right, right, gradient), gradient));
            const Value sum = residual(nullptr, left, right);
            CHECK(same_bits(sum.dense(), residual_reference(a.to_tensor(), b.to_tensor())));
            CHECK((sum.spikes() != nullptr) == (left.spikes() != nullptr && right.spikes() != nullptr));
        }
}

TEST_CASE("a value added to itself gets the gradient twice") {
    const auto twice = [](Tape* tape, Value x) { return residual(tape, x, x); };
    const Tensor gradient({1, 2}, {1, -3});
    CHECK(same_bits(gradient_on_tape(twice, Tensor({1, 2}), gradient), Tensor({1, 2}, {2, -6})));
}
