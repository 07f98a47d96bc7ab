// Layer normalisation.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/layer_norm.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

TEST_CASE("layer_norm by hand: two channels become -1 and +1, then gamma and beta") {
    const Tensor x({2, 2}, {1, 3, 10, 6}), gamma({2}, {2, 3}), beta({2}, {0, 1});
    const Tensor y = layer_norm(x, gamma, beta, 0.0f);
    CHECK(same_bits(y, Tensor({2, 2}, {-2, 4, 2, -2})));
}

TEST_CASE("layer_norm in vectors agrees with its plain form, with the same bits on each instruction set") {
    const Tensor x = random_tensor({2, 3, 55, 33}, 1), gamma = random_tensor({33}, 2), beta = random_tensor({33}, 3);
    const Tensor g = random_tensor(x.shape(), 4), y = layer_norm(x, gamma, beta);
    const LayerNormGradient fast = layer_norm_backward(x, gamma, g);
    const LayerNormGradient plain = reference::layer_norm_backward(x, gamma, g);
    CHECK(largest_difference(y, reference::layer_norm(x, gamma, beta)) < 2e-6);
    CHECK(largest_difference(fast.x, plain.x) < 5e-6);
    CHECK(largest_difference(fast.gamma, plain.gamma) < 5e-5);
    CHECK(largest_difference(fast.beta, plain.beta) < 5e-5);
    on_each_fused_target([&] {
        CHECK(same_bits(layer_norm(x, gamma, beta), y));
        const LayerNormGradient again = layer_norm_backward(x, gamma, g);
        CHECK(same_bits(again.x, fast.x));
        CHECK(same_bits(again.gamma, fast.gamma));
        CHECK(same_bits(again.beta, fast.beta));
    });
}

TEST_CASE("the gradients of layer_norm are those of finite differences") {
    const Tensor x = random_tensor({2, 3, 6}, 1), gamma = random_tensor({6}, 2), beta = random_tensor({6}, 3);
    const Tensor gradient = random_tensor(x.shape(), 4);
    const LayerNormGradient g = layer_norm_backward(x, gamma, gradient);
    const auto of_x = [&](const Tensor& at) { return dot(layer_norm(at, gamma, beta), gradient); };
    const auto of_gamma = [&](const Tensor& at) { return dot(layer_norm(x, at, beta), gradient); };
    const auto of_beta = [&](const Tensor& at) { return dot(layer_norm(x, gamma, at), gradient); };
    CHECK(largest_difference(g.x, numeric_gradient(of_x, x, 3e-3f)) < 1e-3);
    CHECK(largest_difference(g.gamma, numeric_gradient(of_gamma, gamma)) < 1e-3);
    CHECK(largest_difference(g.beta, numeric_gradient(of_beta, beta)) < 1e-3);
}

TEST_CASE("layer_norm refuses gamma or beta of another width") {
    const Tensor x({2, 4}), four({4}), three({3});
    CHECK_THROWS_AS(layer_norm(x, three, four), Error);
    CHECK_THROWS_AS(layer_norm(x, four, three), Error);
    CHECK_THROWS_AS(layer_norm_backward(x, four, Tensor({2, 3})), Error);
}
