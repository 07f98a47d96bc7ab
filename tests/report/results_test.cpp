// Figures of a run that can be worked out on paper.
#include "sim/report/results.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/report/small_run.h"

namespace bispike {

TEST_CASE("the figures of a run follow from its counts") {
    const RunResults r = small_run();
    CHECK(r.images == 4);
    CHECK(r.timesteps == 2);
    CHECK(r.accuracy == 0.75);
    CHECK(r.accuracy_by_step == std::vector<double>{0.5, 0.75});
    CHECK(r.accuracy_interval.low == doctest::Approx(0.3006).epsilon(1e-3));
    CHECK(r.accuracy_interval.high == doctest::Approx(0.9544).epsilon(1e-3));
    CHECK(r.images_per_second == 8.0);
    CHECK(r.peak_memory_bytes > 1'000'000);
    CHECK(r.operations.synops == 275.0);  // (400 + 600 + 100) / 4
    CHECK(r.operations.shift == 10.0);
    CHECK(r.energy.total() == doctest::Approx(617.5));  // (400 * 4.6 + 700 * 0.9) / 4
}

TEST_CASE("layers keep their order, rates and kernels, what cannot spike has no rate") {
    const RunResults r = small_run();
    REQUIRE(r.layers.size() == 4);
    CHECK(r.layers[0].name == "stem.conv");
    CHECK_FALSE(r.layers[0].spikes.firing_rate.has_value());
    CHECK_FALSE(r.layers[0].input_density.has_value());
    CHECK(r.layers[1].spikes.firing_rate == 0.25);
    CHECK(r.layers[1].spikes.negative_share == 0.4);
    CHECK(r.layers[1].spikes.firing_rate_by_step == std::vector<std::optional<double>>{0.2, 0.3});
    CHECK(r.layers[2].kernel == "event");
    CHECK(r.layers[2].input_density == 0.25);
    CHECK(r.layers[2].operations.ac_bipolar == 150.0);
}

TEST_CASE("the firing rate of the network is that of its neurons, pools and other relays left out") {
    const RunResults r = small_run();
    CHECK(r.layers[3].spikes.firing_rate == 1.0);
    CHECK(r.neurons.count.slots == 40);
    CHECK(r.neurons.firing_rate == 0.25);
}

TEST_CASE("a run without images or without duration has no results") {
    AccuracyCounts none;
    CHECK_THROWS_AS(make_results(small_info(), none, small_layers(), {}), Error);
    RunInfo instant = small_info();
    instant.seconds = 0;
    CHECK_THROWS_AS(make_results(instant, small_counts(), small_layers(), {}), Error);
}

TEST_CASE("bad prices and spikes after the last step are refused") {
    CHECK_THROWS_AS(make_results(small_info(), small_counts(), small_layers(), {.mac = -1.0}), Error);
    auto layers = small_layers();
    layers[1].by_step.resize(3);
    CHECK_THROWS_AS(make_results(small_info(), small_counts(), layers, {}), Error);
}

}  // namespace bispike
