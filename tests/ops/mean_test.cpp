// Means over tokens and time.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/mean.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("means by hand") {
    const Tensor x({2, 1, 2, 2}, {1, 2, 3, 6, -1, 0, 5, 1});
    CHECK(same_bits(mean_tokens(x), Tensor({2, 1, 2}, {2, 4, 2, 0.5f})));
    CHECK(same_bits(mean_time(x), Tensor({1, 2, 2}, {0, 1, 4, 3.5f})));
    CHECK(same_bits(mean_tokens_backward(x.shape(), Tensor({2, 1, 2}, {2, 4, 6, 8})),
                    Tensor({2, 1, 2, 2}, {1, 2, 1, 2, 3, 4, 3, 4})));
    CHECK(same_bits(mean_time_backward({2, 2}, Tensor({2}, {2, 4})), Tensor({2, 2}, {1, 2, 1, 2})));
}

TEST_CASE("mean_tokens takes maps too, agrees with its reference, and spikes with their dense copy") {
    const Tensor x = random_tensor({2, 3, 4, 5, 7}, 1);
    CHECK(mean_tokens(x).shape() == Shape{2, 3, 7});
    CHECK(largest_difference(mean_tokens(x), mean_tokens_reference(x)) < 1e-6);
    CHECK(same_bits(mean_tokens(x), mean_tokens(x.reshaped({2, 3, 20, 7}))));
    for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
        const Spikes spikes = random_spikes({2, 3, 49, 70}, kind, 2);
        CHECK(same_bits(mean_tokens(spikes), mean_tokens(spikes.to_tensor())));
        CHECK(same_bits(mean_tokens(spikes), mean_tokens_reference(spikes.to_tensor())));
    }
}

TEST_CASE("mean_time agrees with its reference, to the bit on integers") {
    const Tensor x = random_tensor({5, 3, 4, 7}, 6);
    CHECK(mean_time(x).shape() == Shape{3, 4, 7});
    CHECK(largest_difference(mean_time(x), mean_time_reference(x)) < 1e-6);
    const Tensor levels = random_spikes({7, 3, 70}, SpikeKind::integer, 7).to_tensor();
    CHECK(same_bits(mean_time(levels), mean_time_reference(levels)));
}

TEST_CASE("the gradients of the means are those of finite differences") {
    const Tensor x = random_tensor({3, 2, 4, 3}, 3);
    const Tensor per_token = random_tensor({3, 2, 3}, 4), per_step = random_tensor({2, 4, 3}, 5);
    const auto tokens = [&](const Tensor& at) { return dot(mean_tokens(at), per_token); };
    const auto time = [&](const Tensor& at) { return dot(mean_time(at), per_step); };
    CHECK(largest_difference(mean_tokens_backward(x.shape(), per_token), numeric_gradient(tokens, x, 0.5f)) < 1e-5);
    CHECK(largest_difference(mean_time_backward(x.shape(), per_step), numeric_gradient(time, x, 0.5f)) < 1e-5);
}

TEST_CASE("means of shapes without tokens or steps are refused") {
    CHECK_THROWS_WITH_AS(mean_tokens(Tensor({2, 3, 4})),
                         "the mean over tokens needs an input [t, B, N, C], not [2, 3, 4]", Error);
    CHECK_THROWS_AS(mean_tokens(Tensor({2, 3, 0, 4})), Error);
    CHECK_THROWS_AS(mean_time(Tensor({4})), Error);
    CHECK_THROWS_AS(mean_time(Tensor({0, 4})), Error);
    CHECK_THROWS_AS(mean_tokens_backward({2, 3, 5, 4}, Tensor({2, 3, 5})), Error);
    CHECK_THROWS_AS(mean_time_backward({2, 3, 4}, Tensor({2, 3})), Error);
}

TEST_CASE("the running mean of each token is that of the tokens up to it, image by image") {
    const Tensor x({1, 2, 3, 1}, {1, 3, 8, 2, 0, 1});
    const Tensor y = running_mean(x);
    for (const auto& [at, mean] : {std::pair{0, 1.0f}, {1, 2.0f}, {2, 4.0f}, {3, 2.0f}, {4, 1.0f}, {5, 1.0f}})
        CHECK(y[at] == mean);
}
