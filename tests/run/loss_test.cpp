// The training loss through each readout: values by hand, gradients by finite differences.
#include "sim/run/loss.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/grad/scale.h"
#include "sim/net/registry.h"
#include "sim/ops/cross_entropy.h"
#include "tests/grad/numeric_gradient.h"

namespace bispike {
Entry<MakeReadout> readout_mean();
Entry<MakeReadout> readout_last();
Entry<MakeReadout> readout_step();
}  // namespace bispike

using namespace bispike;

namespace {

constexpr float kSmoothing = 0.1f;

std::unique_ptr<Readout> made(const Entry<MakeReadout>& entry) {
    Settings settings;
    return entry.make(settings);
}

struct Result {
    float loss;
    Tensor answer, gradient;
};

Result run(const Readout& readout, const Tensor& scores, const Tensor& targets) {
    const ParameterList none;
    Tape tape(none);
    const Value leaf = tape.record(scores, {});
    tape.keep(leaf.node());
    Pass pass;
    pass.tape = &tape;
    TrainingLoss out = training_loss(pass, readout, leaf, targets, kSmoothing);
    const float loss = (*out.loss.tensor())[0];
    tape.backward(out.loss);
    return {loss, std::move(out.answer), tape.kept()};
}

/// Step t of [T, B, classes] as [B, classes].
Tensor step_of(const Tensor& all, int64_t t) {
    const Shape& s = all.shape();
    const auto each = static_cast<size_t>(s[1] * s[2]);
    return Tensor({s[1], s[2]}, all.values().subspan(static_cast<size_t>(t) * each, each));
}

/// The loss from its definition: cross-entropy of the last answer, or the mean over the answers of all steps.
double plain_loss(const Readout& readout, const Tensor& scores, const Tensor& targets) {
    const Tensor answers = readout.answers(scores);
    const int64_t steps = scores.shape()[0], first = readout.trains_every_step() ? 0 : steps - 1;
    double sum = 0;
    for (int64_t t = first; t < steps; ++t) sum += cross_entropy_reference(step_of(answers, t), targets, kSmoothing);
    return sum / static_cast<double>(steps - first);
}

}  // namespace

TEST_CASE("the loss by hand: two equal scores cost log 2") {
    const Tensor scores({3, 1, 2}), targets({1, 2}, {0, 1});
    for (const auto& entry : {readout_mean(), readout_last(), readout_step()}) {
        CAPTURE(entry.name);
        CHECK(run(*made(entry), scores, targets).loss == doctest::Approx(std::log(2.0)));
    }
}

TEST_CASE("the loss is that of the last answer, or of every answer where the readout trains so") {
    const Tensor scores = random_tensor({4, 3, 5}, 1),
                 targets({3, 5}, {1, 0, 0, 0, 0, 0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0, 1});
    for (const auto& entry : {readout_mean(), readout_last(), readout_step()}) {
        CAPTURE(entry.name);
        const auto readout = made(entry);
        const Result result = run(*readout, scores, targets);
        CHECK(result.loss == doctest::Approx(plain_loss(*readout, scores, targets)).epsilon(1e-6));
        CHECK(same_bits(result.answer, step_of(readout->answers(scores), 3)));
    }
}

TEST_CASE("the gradient of the loss agrees with finite differences for every readout") {
    const Tensor scores = random_tensor({4, 2, 3}, 2), targets({2, 3}, {1, 0, 0, 0, 0.25f, 0.75f});
    for (const auto& entry : {readout_mean(), readout_last(), readout_step()}) {
        CAPTURE(entry.name);
        const auto readout = made(entry);
        const auto loss = [&](const Tensor& at) { return plain_loss(*readout, at, targets); };
        const Tensor expected = numeric_gradient(loss, scores);
        CHECK(largest_difference(run(*readout, scores, targets).gradient, expected) < 1e-5);
    }
}

TEST_CASE("the last readout teaches the last step alone, the others every step") {
    const Tensor scores = random_tensor({3, 1, 2}, 3), targets({1, 2}, {1, 0});
    const auto taught = [&](const Entry<MakeReadout>& entry, int64_t step) {
        const Tensor gradient = step_of(run(*made(entry), scores, targets).gradient, step);
        return gradient[0] != 0 && gradient[1] != 0;
    };
    for (int64_t t = 0; t < 3; ++t) {
        CHECK(taught(readout_last(), t) == (t == 2));
        CHECK(taught(readout_mean(), t));
        CHECK(taught(readout_step(), t));
    }
}

TEST_CASE("what a pass is penalised with is added to the loss, and told apart from the cross-entropy") {
    Settings settings;
    const auto readout = readout_last().make(settings);
    const ParameterList none;
    Tape tape(none);
    Pass pass;
    pass.tape = &tape;
    const Value leaf = tape.record(Tensor({1}, {3.0f}), {});
    tape.keep(leaf.node());
    for (const float factor : {1.0f, 0.5f}) pass.penalise(scaled(&tape, leaf, factor));
    const TrainingLoss out =
        training_loss(pass, *readout, tape.record(Tensor({1, 1, 2}), {}), Tensor({1, 2}, {0, 1}), 0);
    CHECK(out.cross_entropy == doctest::Approx(std::log(2.0)));
    CHECK(out.penalty == 4.5);
    CHECK((*out.loss.tensor())[0] == doctest::Approx(std::log(2.0) + 4.5));
    tape.backward(out.loss);
    CHECK(tape.kept()[0] == 1.5f);
}
