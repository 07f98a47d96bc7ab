// Training whole networks: threads, pauses, learning, and options that do not fit.
#include "sim/run/train.h"

#include <doctest/doctest.h>

#include <cmath>

#include "models/registry.h"
#include "sim/core/parallel.h"
#include "tests/networks/training.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

/// Steps on, over the ends of epochs.
void advance(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
        if (trainer.epoch_done()) trainer.end_epoch();
    }
}

Fingerprint bits_after(const Keys& keys, int steps, int threads) {
    const ThreadLimit limit(threads);
    const auto model = tiny_model(keys);
    Trainer trainer = tiny_trainer(*model);
    advance(trainer, steps);
    return training_bits(*model, trainer);
}

std::string error_of(TrainOptions options, AdamWOptions adamw = {}) {
    const auto model = tiny_model({});
    return message_of([&] { Trainer(*model, tiny_training_source(), options, adamw, {}); });
}

}  // namespace

TEST_CASE("two steps of training give the same bits with one thread and with two") {
    std::vector<Keys> all;
    for (const auto& network : registry().networks)
        if (!is_converted(network.name)) std::ranges::copy(attentions_of(network.name), std::back_inserter(all));
    for (const Keys& keys : that_fit(all)) {
        INFO(words(keys));
        const Fingerprint one = bits_after(keys, 2, 1);
        CHECK(one == bits_after(keys, 2, 2));
        CHECK(one != bits_after(keys, 1, 1));
    }
}

TEST_CASE("training that goes on elsewhere gives the bits of training without a pause") {
    for (int pause : {2, 3, 4}) {  // within an epoch of three steps, between two, in the second
        const auto model = tiny_model({});
        Trainer first = tiny_trainer(*model);
        advance(first, pause);

        const auto other = tiny_model({});
        Trainer second = tiny_trainer(*other);
        for (Parameter& p : other->parameters()) {
            p.value = model->parameters().find(p.name)->value;
            second.optimiser().first()[p] = first.optimiser().first()[p];
            second.optimiser().second()[p] = first.optimiser().second()[p];
        }
        second.optimiser().set_steps(first.optimiser().steps());
        other->prepare(Purpose::train);
        second.resume_at(first.place());
        advance(second, 7 - pause);
        CHECK(training_bits(*other, second) == bits_after({}, 7, 1));
        CHECK(second.place().epoch == 2);
        CHECK(second.place().step == 1);
    }
}

TEST_CASE("a place that the training does not have is refused") {
    const auto model = tiny_model({});
    Trainer trainer = tiny_trainer(*model);
    const int64_t steps = trainer.steps_per_epoch();
    for (const auto& [epoch, step] : {std::pair<int64_t, int64_t>{-1, 0}, {0, -1}, {0, steps + 1}}) {
        TrainPlace place;
        place.epoch = epoch, place.step = step;
        CHECK_THROWS_WITH_AS(trainer.resume_at(place), doctest::Contains("cannot resume at epoch"), Error);
    }
    TrainPlace end;
    end.step = steps;
    trainer.resume_at(end);
    CHECK(trainer.epoch_done());
}

TEST_CASE("training lowers the loss and counts what it saw") {
    const auto model = tiny_model({});
    Trainer trainer = tiny_trainer(*model);
    std::vector<double> losses;
    for (int epoch = 0; epoch < 3; ++epoch) {
        while (!trainer.epoch_done()) trainer.step();
        CHECK(trainer.place().images == 24);
        CHECK(trainer.place().correct <= 24);
        CHECK(trainer.gradient_norm() > 0);
        losses.push_back(trainer.place().loss / 24);
        trainer.end_epoch();
        CHECK(trainer.place().loss == 0);
    }
    CHECK(losses.front() > 0.9);
    CHECK(losses.back() < 0.9 * losses.front());
}

TEST_CASE("options of training that do not fit are clear errors") {
    CHECK(error_of({.epochs = 0}) == "train.epochs = 0: at least one epoch is needed");
    CHECK(error_of({.batch = 8, .micro_batch = 3}) == "train.micro_batch = 3 does not divide train.batch = 8");
    CHECK(error_of({.batch = 8, .micro_batch = 0}) == "train.micro_batch = 0 does not divide train.batch = 8");
    CHECK(error_of({.batch = 32, .micro_batch = 8}) == "the training set has 24 images, fewer than train.batch = 32");
    CHECK(error_of({.batch = 8, .micro_batch = 2, .label_smoothing = 1}) ==
          "train.label_smoothing = 1: it must be at least 0 and below 1");
    CHECK(error_of({.batch = 8, .micro_batch = 2, .norm_momentum = 0}) ==
          "train.norm_momentum = 0 lies outside (0, 1]");
    CHECK(error_of({.batch = 8, .micro_batch = 2}, {.weight_decay = -1}) ==
          "train.weight_decay = -1: it must be a number that is not negative");
    CHECK(error_of({.batch = 8, .micro_batch = 2}, {.beta2 = 1}) ==
          "train.beta1 and train.beta2 lie in [0, 1), not at 1");
}

TEST_CASE("a gradient that is not finite stops training before a weight has changed") {
    const auto model = tiny_model({});
    Trainer trainer = tiny_trainer(*model);
    Parameter& head = *model->parameters().find("head.bias");
    head.value.fill(INFINITY);
    model->prepare(Purpose::train);
    const Tensor before = model->parameters().find("block.0.attn.q.weight")->value;
    CHECK(contains(message_of([&] { trainer.step(); }), "the gradient is not finite at epoch 0 step 0"));
    CHECK(same_bits(before, model->parameters().find("block.0.attn.q.weight")->value));
}
