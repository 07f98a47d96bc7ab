// Latency encoding.
#include <doctest/doctest.h>

#include "tests/encoders/encode.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("brighter pixels fire earlier: white at step 0, black at the last step") {
    const Tensor images({1, 1, 1, 5}, {1.0f, 0.75f, 0.5f, 0.25f, 0.0f});
    const Tensor spikes = encode(*make_encoder(encoder_latency()), images, {0}, 5).dense();
    for (int64_t t = 0; t < 5; ++t)
        for (int64_t c = 0; c < 5; ++c) CHECK(spikes.row(t)[c] == (t == c ? 1.0f : 0.0f));
}

TEST_CASE("every pixel fires exactly once in a run, and chunks of a run are slices of it") {
    const Tensor images = random_tensor({2, 3, 3, 70}, 1);
    const auto latency = make_encoder(encoder_latency(), {{"low", "-1"}});
    for (const int timesteps : {1, 4, 6}) {
        const Spikes all = *encode(*latency, images, {0, 1}, timesteps).spikes();
        Tensor total({2, 3, 3, 70}), once({2, 3, 3, 70});
        once.fill(1.0f);
        for (int t = 0; t < timesteps; ++t) {
            CHECK(*encode(*latency, images, {0, 1}, timesteps, t, 1).spikes() == all.slice(t, t + 1));
            total.add(all.slice(t, t + 1).to_tensor().reshaped(total.shape()));
        }
        CHECK(same_bits(total, once));
    }
}
