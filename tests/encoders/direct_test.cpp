// Direct encoding.
#include <doctest/doctest.h>

#include "tests/encoders/encode.h"

using namespace bispike;

TEST_CASE("direct encoding hands on the image once, for every step") {
    const Tensor images({2, 1, 2, 1}, {1, -2, 3, -4});
    const Value x = encode(*make_encoder(encoder_direct()), images, {0, 1}, 4);
    CHECK(same_bits(*x.tensor(), images.reshaped({1, 2, 1, 2, 1})));
    CHECK(encoder_direct().name == "direct");
}
