// Phase encoding.
#include <doctest/doctest.h>

#include "tests/encoders/encode.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("phase encoding by hand: 0xA5 of 255 fires bits 7, 5, 2 and 0, each with its weight") {
    const Tensor images({1, 1, 1, 1}, {165.0f / 255.0f});
    const Tensor x = encode(*make_encoder(encoder_phase()), images, {0}, 9).dense();
    const Tensor expected({9, 1, 1, 1, 1}, {0.5f, 0, 0.125f, 0, 0, 0.015625f, 0, 0.00390625f, 0.5f});
    CHECK(same_bits(x, expected));
}

TEST_CASE("one period sums to the pixel over 256, for each of the 256 pixels") {
    Tensor images({1, 16, 16, 1});
    for (int64_t i = 0; i < 256; ++i) images[i] = static_cast<float>(i) / 255.0f;
    const Tensor x = encode(*make_encoder(encoder_phase()), images, {0}, 8).dense();
    for (int64_t i = 0; i < 256; ++i) {
        float sum = 0.0f;
        for (int64_t t = 0; t < 8; ++t) sum += x[t * 256 + i];
        CHECK(sum == static_cast<float>(i) / 256.0f);
    }
}

TEST_CASE("chunks of a phase-coded run are slices of it") {
    const Tensor images = random_tensor({2, 3, 3, 2}, 1);
    const auto phase = make_encoder(encoder_phase(), {{"low", "-1"}});
    const Tensor all = encode(*phase, images, {0, 1}, 10).dense();
    for (int t = 0; t < 10; ++t) {
        const Tensor step = encode(*phase, images, {0, 1}, 10, t, 1).dense();
        CHECK(same_bits(step, Tensor(step.shape(), all.values().subspan(static_cast<size_t>(t) * 36, 36))));
    }
}
