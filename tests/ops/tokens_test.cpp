// Tokens: one put before them, some taken out, positions added.
#include "sim/ops/tokens.h"

#include <doctest/doctest.h>

#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

const Tensor kTokens({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});  // two images of two tokens

}  // namespace

TEST_CASE("a token comes before those of every image, and can be taken out again") {
    const Tensor all = prepend_token(kTokens, Tensor({1, 1, 2}, {10, 20}));
    CHECK(same_bits(all, Tensor({1, 2, 3, 2}, {10, 20, 1, 2, 3, 4, 10, 20, 5, 6, 7, 8})));
    CHECK(same_bits(slice_tokens(all, 0, 1), Tensor({1, 2, 1, 2}, {10, 20, 10, 20})));
    CHECK(same_bits(slice_tokens(all, 1, 2), kTokens));
    CHECK(same_bits(slice_tokens_backward(all.shape(), 2, Tensor({1, 2, 1, 2}, {1, 2, 3, 4})),
                    Tensor({1, 2, 3, 2}, {0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 4})));
}

TEST_CASE("positions are added to every image, and their gradient is the sum over images") {
    const Tensor position({1, 2, 2}, {10, 20, 30, 40});
    CHECK(same_bits(add_positions(kTokens, position), Tensor({1, 2, 2, 2}, {11, 22, 33, 44, 15, 26, 37, 48})));
    CHECK(same_bits(sum_images(kTokens), Tensor({1, 2, 2}, {6, 8, 10, 12})));
}

TEST_CASE("tokens refuse shapes that do not fit") {
    CHECK(message_of([] { slice_tokens(kTokens, 1, 2); }) == "tokens 1 to 2 of 2 tokens do not exist");
    CHECK(message_of([] { sum_images(Tensor({2, 3})); }) == "tokens are to be [t, B, N, C], not [2, 3]");
    CHECK(contains(message_of([] { prepend_token(kTokens, Tensor({1, 1, 3})); }), "[1, 1, 3]"));
    CHECK(contains(message_of([] { add_positions(kTokens, Tensor({1, 3, 2})); }), "[1, 3, 2]"));
    CHECK(contains(message_of([] { slice_tokens_backward({1, 2, 2, 2}, 0, Tensor({1, 1, 1, 2})); }), "[1, 1, 1, 2]"));
}
