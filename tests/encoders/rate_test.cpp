// Rate encoding.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/encoders/encode.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("black never fires, white fires at every step, and low and high say which is which") {
    const Tensor images({1, 1, 4, 1}, {-0.5f, 2.5f, -9, 9});
    const auto rate = make_encoder(encoder_rate(), {{"low", "-0.5"}, {"high", "2.5"}});
    const Tensor spikes = encode(*rate, images, {7}, 50).dense();
    for (int64_t t = 0; t < 50; ++t)
        for (int64_t i = 0; i < 4; ++i) CHECK(spikes[t * 4 + i] == static_cast<float>(i % 2));
}

TEST_CASE("a pixel fires as often as it is bright, within five standard deviations") {
    const int steps = 4000;
    const Tensor images({1, 1, 1, 3}, {0.1f, 0.5f, 0.8f});
    const Value x = encode(*make_encoder(encoder_rate()), images, {3}, steps);
    REQUIRE(x.spikes() != nullptr);
    for (int64_t c = 0; c < 3; ++c) {
        double fired = 0.0;
        for (int64_t t = 0; t < steps; ++t) fired += x.spikes()->value(t, c);
        const double p = images[c];
        CHECK(std::abs(fired / steps - p) < 5.0 * std::sqrt(p * (1.0 - p) / steps));
    }
}

TEST_CASE("spikes depend on the sample and the step, not on the batch or the chunk") {
    Tensor images = random_tensor({2, 3, 3, 70}, 1);
    const auto rate = make_encoder(encoder_rate(), {{"low", "-1"}});
    const Spikes both = *encode(*rate, images, {4, 9}, 3).spikes();
    CHECK(both.shape() == Shape{3, 2, 3, 3, 70});
    const Tensor second({1, 3, 3, 70}, images.values().subspan(630));
    for (int t = 0; t < 3; ++t) {
        const Tensor step = encode(*rate, images, {4, 9}, 3, t, 1).dense();
        CHECK(same_bits(step, both.slice(t, t + 1).to_tensor()));
        const Tensor alone = encode(*rate, second, {9}, 3, t, 1).dense();
        CHECK(same_bits(alone, Tensor({1, 1, 3, 3, 70}, step.values().subspan(630))));
        CHECK_FALSE(same_bits(alone, encode(*rate, second, {4}, 3, t, 1).dense()));
    }
    CHECK_FALSE(both.slice(0, 1) == both.slice(1, 2));
}

TEST_CASE("low and high may differ by channel") {
    const Tensor images({1, 1, 1, 2}, {1.0f, 1.0f});
    const auto rate = make_encoder(encoder_rate(), {{"low", "0, 1"}, {"high", "1, 2"}});
    const Tensor spikes = encode(*rate, images, {0}, 20).dense();
    for (int64_t t = 0; t < 20; ++t) {
        CHECK(spikes.row(t)[0] == 1.0f);
        CHECK(spikes.row(t)[1] == 0.0f);
    }
}

TEST_CASE("a range that cannot be is refused") {
    CHECK_THROWS_WITH_AS(make_encoder(encoder_rate(), {{"low", "2"}}), "encoder.low = 2 must be below encoder.high = 1",
                         Error);
    CHECK_THROWS_AS(make_encoder(encoder_rate(), {{"low", "0, 1"}}), Error);
    CHECK_THROWS_AS(make_encoder(encoder_rate(), {{"high", "nan"}}), Error);
    const auto two = make_encoder(encoder_rate(), {{"high", "1, 2"}});
    CHECK_THROWS_WITH_AS(encode(*two, Tensor({1, 2, 2, 3}), {0}, 4),
                         "encoder.high has 2 values: give one, or one for each of the 3 channels", Error);
}

TEST_CASE("black and white are those of the data set where the config does not say") {
    const ImageSpec image{.height = 1, .width = 2, .channels = 1, .classes = 2, .low = {-0.5f}, .high = {2.5f}};
    const Tensor images({1, 1, 2, 1}, {-0.5f, 2.5f});
    const Tensor spikes = encode(*make_encoder(encoder_rate(), {}, image), images, {7}, 20).dense();
    for (int64_t t = 0; t < 20; ++t) CHECK((spikes[2 * t] == 0.0f && spikes[2 * t + 1] == 1.0f));
}
