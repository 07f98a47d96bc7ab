// Training batches: what they depend on, and what not.
#include "datasets/augment.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "datasets/batch.h"
#include "sim/core/error.h"
#include "sim/core/parallel.h"
#include "tests/datasets/toy_set.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

const AugmentOptions kAll{.pad = 2, .flip = 0.5f, .erase = 0.5f, .mixup = 0.0f};

std::vector<int64_t> places(int64_t n) {
    std::vector<int64_t> all(static_cast<size_t>(n));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

bool same_images(const TrainingBatch& a, const TrainingBatch& b) { return same_bits(a.images, b.images); }

}  // namespace

TEST_CASE("with all options off a training batch is the plain batch with one-hot targets") {
    const ImageSet set = toy_set(5);
    const std::vector<int64_t> samples = {4, 0, 2};
    const TrainingBatch batch = make_training_batch(set, samples, 3, 42, {});
    CHECK(same_bits(batch.images, make_batch(set, samples)));
    CHECK(same_bits(batch.targets, Tensor({3, 3}, {0, 1, 0, 1, 0, 0, 0, 0, 1})));
}

TEST_CASE("a sample comes out the same at any place of any batch and for any number of threads") {
    const ImageSet set = toy_set(32);
    const auto all = places(32);
    const TrainingBatch whole = make_training_batch(set, all, 1, 42, kAll);
    for (const int64_t sample : all) {
        const TrainingBatch one = make_training_batch(set, {&sample, 1}, 1, 42, kAll);
        const auto from = whole.images.values().subspan(static_cast<size_t>(60 * sample), 60);
        CHECK(same_bits(one.images, Tensor({1, 6, 5, 2}, from)));
    }
    AugmentOptions mixed = kAll;
    mixed.mixup = 0.4f;
    const TrainingBatch parallel = make_training_batch(set, all, 1, 42, mixed);
    const ThreadLimit one_thread(1);
    const TrainingBatch serial = make_training_batch(set, all, 1, 42, mixed);
    CHECK(same_images(parallel, serial));
    CHECK(same_bits(parallel.targets, serial.targets));
}

TEST_CASE("another epoch or seed augments otherwise, the same ones alike") {
    const ImageSet set = toy_set(32);
    const auto all = places(32);
    const TrainingBatch batch = make_training_batch(set, all, 1, 42, kAll);
    CHECK(same_images(batch, make_training_batch(set, all, 1, 42, kAll)));
    CHECK_FALSE(same_images(batch, make_training_batch(set, all, 2, 42, kAll)));
    CHECK_FALSE(same_images(batch, make_training_batch(set, all, 1, 43, kAll)));
}

TEST_CASE("switching one transform on leaves the draws of the others as they were") {
    const ImageSet set = toy_set(32);
    const auto all = places(32);
    AugmentOptions without = kAll;
    without.erase = 0.0f;
    const TrainingBatch erased = make_training_batch(set, all, 1, 42, kAll);
    const TrainingBatch plain = make_training_batch(set, all, 1, 42, without);
    int64_t differing = 0;
    for (int64_t i = 0; i < plain.images.size(); ++i) {
        if (erased.images[i] == plain.images[i]) continue;
        REQUIRE(erased.images[i] == 0.0f);
        ++differing;
    }
    CHECK(differing > 0);
}

TEST_CASE("mixup mixes images and targets by the same share") {
    const ImageSet set = toy_set(32);
    const auto all = places(32);
    const Tensor plain = make_batch(set, all);
    const TrainingBatch mixed = make_training_batch(set, all, 1, 42, {.mixup = 1.0f});
    int partial = 0;
    for (int64_t i = 0; i < 32; ++i) {
        const int64_t partner = 31 - i, label = i % 3, other = partner % 3;
        const float* target = mixed.targets.row(i);
        CHECK(target[0] + target[1] + target[2] == doctest::Approx(1.0f));
        if (label == other) continue;
        const float keep = target[label];
        partial += keep > 0.01f && keep < 0.99f;
        for (int64_t p = 0; p < 60; ++p) {
            const float expected = keep * plain[60 * i + p] + (1.0f - keep) * plain[60 * partner + p];
            CHECK(mixed.images[60 * i + p] == doctest::Approx(expected).epsilon(1e-5));
        }
    }
    CHECK(partial > 10);
}

TEST_CASE("options out of their domain are errors that name the key and the value") {
    const ImageSpec spec{6, 5, 2, 3};
    const auto error = [&](const AugmentOptions& o) { return message_of([&] { require_valid(o, spec); }); };
    CHECK(contains(error({.pad = -1}), "augment.pad = -1"));
    CHECK(contains(error({.pad = 5}), "augment.pad = 5"));
    CHECK(contains(error({.flip = 1.5f}), "augment.flip = 1.5"));
    CHECK(contains(error({.erase = -0.5f}), "augment.erase = -0.5"));
    CHECK(contains(error({.mixup = -1.0f}), "augment.mixup = -1"));
    CHECK(contains(error({.mixup = std::nanf("")}), "augment.mixup"));
    CHECK(error({.pad = 4, .flip = 1.0f, .erase = 1.0f, .mixup = 8.0f}).empty());
}
