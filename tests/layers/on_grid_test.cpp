// Weights on a grid: sums of them are exact in any order.
#include "models/layers/on_grid.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/error.h"
#include "sim/core/rng.h"
#include "tests/grad/ops_check.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int kMost = 15;

/// Whole numbers from -kMost to kMost.
Tensor whole_numbers(Shape shape, uint64_t seed) {
    Tensor x(shape);
    Rng rng(seed, "whole numbers");
    for (float& v : x.values()) v = static_cast<float>(rng.below(2 * kMost + 1) - kMost);
    return x;
}

}  // namespace

TEST_CASE("a product at once, one in parts and one in double have the same bits") {
    const Tensor weight = random_tensor({40, 300}, 1), bias = random_tensor({40}, 2);
    const GridWeights grid = on_grid("w", weight, &bias, 0.037f, kMost);
    const PackedMatrix packed = PackedMatrix::from(grid.weight, grid.bias.values());
    const Tensor x = whole_numbers({25, 300}, 3), part = whole_numbers({25, 300}, 4);
    Tensor difference = x;
    for (int64_t i = 0; i < x.size(); ++i) difference[i] = std::clamp(x[i] - part[i], -15.0f, 15.0f);
    Tensor sum = part;
    sum.add(difference);
    const PackedMatrix bare = PackedMatrix::from(grid.weight);
    Tensor in_parts = linear(part, packed);
    in_parts.add(linear(difference, bare));
    CHECK(same_bits(in_parts, linear(sum, packed)));
    const Tensor y = linear(x, packed);
    for (int64_t r = 0; r < 25; ++r)
        for (int64_t d = 0; d < 40; ++d) {
            double exact = static_cast<double>(grid.bias[d]);
            for (int64_t k = 0; k < 300; ++k)
                exact += static_cast<double>(x.row(r)[k]) * static_cast<double>(grid.weight.row(d)[k]);
            CHECK(static_cast<double>(y.row(r)[d]) == exact);
        }
}

TEST_CASE("the grid is fine: a weight moves by less than 2^-23 of the largest sum") {
    const Tensor weight = random_tensor({8, 100}, 5);
    const GridWeights grid = on_grid("w", weight, nullptr, 2.0f, kMost);
    double largest = 0;
    for (int64_t r = 0; r < 8; ++r) {
        double sum = 0;
        for (int64_t c = 0; c < 100; ++c) sum += std::abs(static_cast<double>(weight.row(r)[c])) * 2 * kMost;
        largest = std::max(largest, sum);
    }
    double farthest = 0;
    for (int64_t i = 0; i < weight.size(); ++i)
        farthest =
            std::max(farthest, std::abs(static_cast<double>(grid.weight[i]) - 2.0 * static_cast<double>(weight[i])));
    CHECK(farthest < std::ldexp(largest, -23));
    CHECK(farthest > 0);
    for (const float b : grid.bias.values()) CHECK(b == 0.0f);
}

TEST_CASE("weights that are no finite numbers have no grid") {
    const std::string said = message_of([] {
        on_grid("block.0.mlp.fc1.weight", Tensor({1, 2}, {1, HUGE_VALF}), nullptr, 1, 1);
    });
    CHECK(contains(said, "`block.0.mlp.fc1.weight`"));
}
