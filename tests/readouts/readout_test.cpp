// Readouts: answers by hand, gradients by finite differences, and causality.
#include <doctest/doctest.h>

#include "sim/net/registry.h"
#include "tests/grad/numeric_gradient.h"

namespace bispike {
Entry<MakeReadout> readout_mean();
Entry<MakeReadout> readout_last();
Entry<MakeReadout> readout_step();
}  // namespace bispike

using namespace bispike;

namespace {

std::unique_ptr<Readout> made(const Entry<MakeReadout>& entry) {
    Settings settings;
    return entry.make(settings);
}

}  // namespace

TEST_CASE("the mean readout answers with the mean of the scores so far") {
    const Tensor scores({3, 1, 2}, {1, 2, 3, 6, 5, 1});
    CHECK(same_bits(made(readout_mean())->answers(scores), Tensor({3, 1, 2}, {1, 2, 2, 4, 3, 3})));
    CHECK_FALSE(made(readout_mean())->trains_every_step());
}

TEST_CASE("the last and the per-step readout answer with each step's own scores, and train differently") {
    const Tensor scores = random_tensor({3, 2, 4}, 1);
    CHECK(same_bits(made(readout_last())->answers(scores), scores));
    CHECK(same_bits(made(readout_step())->answers(scores), scores));
    CHECK_FALSE(made(readout_last())->trains_every_step());
    CHECK(made(readout_step())->trains_every_step());
}

TEST_CASE("every readout is causal and passes the gradient of finite differences") {
    for (const auto& entry : {readout_mean(), readout_last(), readout_step()}) {
        CAPTURE(entry.name);
        const auto readout = made(entry);
        const Tensor scores = random_tensor({4, 2, 3}, 2), gradient = random_tensor({4, 2, 3}, 3);
        const auto loss = [&](const Tensor& at) { return dot(readout->answers(at), gradient); };
        CHECK(largest_difference(readout->backward(gradient), numeric_gradient(loss, scores, 0.5f)) < 1e-5);
        const Tensor first_two({2, 2, 3}, scores.values().first(12));
        CHECK(same_bits(readout->answers(first_two), Tensor({2, 2, 3}, readout->answers(scores).values().first(12))));
    }
}
