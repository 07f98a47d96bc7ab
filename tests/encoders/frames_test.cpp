// The frames of a recording as the input of each step.
#include <doctest/doctest.h>

#include "models/registry.h"

using namespace bispike;

namespace {

Value encoded(const Tensor& recordings, int first_step, int steps) {
    Settings settings;
    Pass pass;
    pass.timesteps = 8, pass.first_step = first_step, pass.steps = steps;
    return find(registry().encoders, "frames", "encoder.model").make(settings, {})->encode(pass, recordings);
}

}  // namespace

TEST_CASE("frames gives frame t at step t, as integer spikes where events were counted") {
    const Tensor two({2, 3, 1, 1, 2}, {1, 0, 2, 0, 3, 0, 0, 4, 0, 5, 0, 6});  // [B, T, H, W, C]
    const Value all = encoded(two, 0, 3);
    REQUIRE(all.spikes() != nullptr);
    CHECK(same_bits(all.dense(), Tensor({3, 2, 1, 1, 2}, {1, 0, 0, 4, 2, 0, 0, 5, 3, 0, 0, 6})));
    CHECK(same_bits(encoded(two, 1, 1).dense(), Tensor({1, 2, 1, 1, 2}, {2, 0, 0, 5})));
    CHECK(same_bits(encoded(two, 2, 2).dense(), Tensor({2, 2, 1, 1, 2}, {3, 0, 0, 6, 0, 0, 0, 0})));
}

TEST_CASE("frames keeps shares of events as real values") {
    const Tensor shares({1, 1, 1, 1, 2}, {0.25f, 1});
    CHECK(encoded(shares, 0, 1).tensor() != nullptr);
    const Tensor many({1, 1, 1, 1, 2}, {128, 1});
    CHECK(encoded(many, 0, 1).tensor() != nullptr);
}
