// Direct encoding.
#include <doctest/doctest.h>

#include "tests/encoders/encode.h"

using namespace bispike;

TEST_CASE("direct encoding hands on the image once, for every step") {
    const Tensor images({2, 1, 2, 1}, {1, -2, 3, -4});
    const auto direct = make_encoder(encoder_direct());
    CHECK(same_bits(*encode(*direct, images, {0, 1}, 4).tensor(), images.reshaped({1, 2, 1, 2, 1})));
    CHECK(direct->constant());
    CHECK_FALSE(make_encoder(encoder_rate())->constant());
}
