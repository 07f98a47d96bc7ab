// The learning rate: its ends, its middle, and its shape.
#include "sim/run/schedule.h"

#include <doctest/doctest.h>

using namespace bispike;

namespace {

constexpr ScheduleOptions kOptions{.learning_rate = 1, .warmup_learning_rate = 0.1f, .min_learning_rate = 0.2f};
constexpr int64_t kWarmup = 10, kSteps = 110;

float rate(int64_t step) { return learning_rate_at(kOptions, step, kWarmup, kSteps); }

}  // namespace

TEST_CASE("the warm-up is a straight line from its first rate to the peak") {
    CHECK(rate(0) == 0.1f);
    CHECK(rate(5) == doctest::Approx(0.55));
    CHECK(rate(9) == doctest::Approx(0.91));
    CHECK(rate(10) == 1.0f);
}

TEST_CASE("the rate falls along half a cosine to the lowest rate") {
    CHECK(rate(35) == doctest::Approx(0.2 + 0.8 * 0.85355339));  // a quarter of the way: (1 + sqrt(1/2)) / 2
    CHECK(rate(60) == doctest::Approx(0.6));
    CHECK(rate(110) == doctest::Approx(0.2));
    for (int64_t step = kWarmup; step < kSteps; ++step) {
        CAPTURE(step);
        CHECK(rate(step + 1) < rate(step));
    }
}

TEST_CASE("after the end the rate stays at its lowest") {
    CHECK(rate(111) == rate(110));
    CHECK(rate(100000) == rate(110));
}

TEST_CASE("a run without warm-up starts at the peak, and one of warm-up alone never falls") {
    CHECK(learning_rate_at(kOptions, 0, 0, 50) == 1.0f);
    CHECK(learning_rate_at(kOptions, 9, 10, 10) == doctest::Approx(0.91));
    CHECK(learning_rate_at(kOptions, 10, 10, 10) == 1.0f);
}
