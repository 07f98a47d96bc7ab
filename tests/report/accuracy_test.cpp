// Accuracy counts and the Wilson interval.
#include "sim/report/accuracy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sim/core/error.h"

namespace bispike {
namespace {

Lane lane(std::vector<int64_t> samples, std::vector<int> labels, int timesteps) {
    return {.first_sample = samples.front(), .samples = samples, .labels = std::move(labels), .timesteps = timesteps};
}

void see(AccuracyObserver& observer, const Lane& lane, const Tensor& logits) {
    auto probe = observer.open(lane);
    probe->on_result(logits);
    observer.close(std::move(probe));
}

}  // namespace

TEST_CASE("accuracy counts right answers after each step and for each class over all lanes") {
    AccuracyObserver observer;
    // Step 0 says 0, 2; step 1 says 0, 1. Labels are 0, 1.
    see(observer, lane({0, 1}, {0, 1}, 2), Tensor({2, 2, 3}, {9, 1, 1, 0, 0, 5, 2, 1, 1, 0, 7, 5}));
    // Step 0 says 2; step 1 says 0. The label is 2.
    see(observer, lane({2}, {2}, 2), Tensor({2, 1, 3}, {0, 0, 1, 4, 0, 1}));
    const AccuracyCounts& counts = observer.counts();
    CHECK(counts.images == 3);
    CHECK(counts.classes == 3);
    CHECK(counts.correct_by_step == std::vector<uint64_t>{2, 2});
    CHECK(counts.correct() == 2);
    CHECK(counts.confusion == std::vector<uint64_t>{1, 0, 0, 0, 1, 0, 1, 0, 0});
    CHECK(counts.images_of(2) == 1);
    CHECK(counts.correct_of(2) == 0);
    CHECK(counts.correct_of(1) == 1);
}

TEST_CASE("of equal logits the first class is the prediction") {
    AccuracyObserver observer;
    see(observer, lane({5, 6}, {1, 2}, 1), Tensor({1, 2, 3}, {0, 3, 3, 0, 3, 3}));
    CHECK(observer.counts().correct() == 1);
    CHECK(observer.counts().confusion == std::vector<uint64_t>{0, 0, 0, 0, 1, 0, 0, 1, 0});
}

TEST_CASE("a run without images has no accuracy") {
    AccuracyObserver observer;
    CHECK_THROWS_AS(observer.counts(), Error);
    CHECK_THROWS_AS(observer.close(observer.open(lane({0}, {0}, 1))), Error);
}

TEST_CASE("an answer that is not a number, a missing label and an unknown label fail the run") {
    AccuracyObserver observer;
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(see(observer, lane({7}, {0}, 1), Tensor({1, 1, 2}, {1, nan})),
                         "the network's answer to image 7 is not a number; no accuracy can be given", Error);
    CHECK_THROWS_AS(see(observer, lane({7}, {}, 1), Tensor({1, 1, 2}, {1, 2})), Error);
    CHECK_THROWS_WITH_AS(see(observer, lane({7}, {2}, 1), Tensor({1, 1, 2}, {1, 2})),
                         "image 7 has label 2; the network knows classes 0 to 1", Error);
    CHECK_THROWS_AS(see(observer, lane({7}, {-1}, 1), Tensor({1, 1, 2}, {1, 2})), Error);
    CHECK_THROWS_AS(see(observer, lane({7}, {0}, 2), Tensor({1, 1, 2}, {1, 2})), Error);
}

TEST_CASE("lanes with another number of classes or steps do not mix") {
    AccuracyObserver observer;
    see(observer, lane({0}, {0}, 1), Tensor({1, 1, 2}, {1, 0}));
    CHECK_THROWS_AS(see(observer, lane({1}, {0}, 1), Tensor({1, 1, 3}, {1, 0, 0})), Error);
    CHECK_THROWS_AS(see(observer, lane({1}, {0}, 2), Tensor({2, 1, 2}, {1, 0, 1, 0})), Error);
}

TEST_CASE("the Wilson interval has the published values") {
    struct Known {
        uint64_t correct, images;
        double low, high;
    };
    // Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
    for (const Known& k : {Known{81, 263, 0.2553, 0.3662}, Known{15, 148, 0.0624, 0.1605}, Known{0, 20, 0.0, 0.1611},
                           Known{1, 29, 0.0061, 0.1718}}) {
        const Interval i = wilson_interval(k.correct, k.images);
        CHECK(std::abs(i.low - k.low) < 5e-5);
        CHECK(std::abs(i.high - k.high) < 5e-5);
    }
}

TEST_CASE("the Wilson interval ends at 0 and 1, mirrors, and needs images") {
    CHECK(wilson_interval(0, 10).low == 0.0);
    CHECK(wilson_interval(10, 10).high == 1.0);
    CHECK(wilson_interval(3, 10).low == doctest::Approx(1 - wilson_interval(7, 10).high));
    CHECK(wilson_interval(9200, 10000).low < 0.92);
    CHECK(wilson_interval(9200, 10000).high > 0.92);
    CHECK_THROWS_AS(wilson_interval(0, 0), Error);
    CHECK_THROWS_AS(wilson_interval(2, 1), Error);
}

}  // namespace bispike
