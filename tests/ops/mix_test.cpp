// The weighted sum over attention values.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/mix.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// Random weights of which about a third are 0.
Tensor sparse_weights(const Shape& shape, uint64_t seed) {
    Tensor a = random_tensor(shape, seed);
    for (int64_t i = 0; i < a.size(); i += 3) a[i] = 0.0f;
    return a;
}

/// Pairs of a weight that is not 0 and a level of v that it meets.
uint64_t met_levels(const Tensor& a, const Spikes& v) {
    const int64_t heads = a.shape()[2], tokens = a.shape()[3], sources = v.shape()[2], width = v.channels() / heads;
    int64_t n = 0;
    for (int64_t r = 0; r < a.rows(); ++r)
        for (int64_t j = 0; j < sources; ++j)
            for (int64_t c = 0; a.row(r)[j] != 0.0f && c < width; ++c) {
                const int64_t head = r / tokens % heads, group = r / tokens / heads;
                n += std::abs(v.value(group * sources + j, head * width + c));
            }
    return static_cast<uint64_t>(n);
}

}  // namespace

TEST_CASE("a mix by hand: each head weighs its own channels") {
    const Tensor a({1, 1, 2, 2, 2}, {1, 2, 0, 1, 0.5f, 0.5f, 4, 0});
    const Tensor v({1, 1, 2, 4}, {1, 2, 3, 4, 10, 20, 30, 40});
    CHECK(same_bits(mix(a, v), Tensor({1, 1, 2, 4}, {21, 42, 16.5f, 22, 10, 20, 12, 16})));
    CHECK(mix_count(a, v.shape(), Weights::real) == OpCount{.mac = 12, .dense = 16});
    CHECK(mix_count(a, v.shape(), Weights::integer) == OpCount{.mac = 12, .dense = 16});
    CHECK(mix_count(a, v.shape(), Weights::power_of_two) == OpCount{.ac = 12, .shift = 12, .dense = 16});
}

TEST_CASE("a mix has the bits of the plain chain, for tensors and for spikes of any kind") {
    for (const auto& [heads, width] : {std::pair<int64_t, int64_t>{1, 5}, {2, 16}, {4, 24}, {1, 70}}) {
        const Tensor a = sparse_weights({2, 2, heads, 13, 13}, 1), v = random_tensor({2, 2, 13, heads * width}, 2);
        CHECK(same_bits(mix(a, v), mix_reference(a, v)));
        for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
            const Spikes s = random_spikes(v.shape(), kind, 3);
            CHECK(same_bits(mix(a, s), mix_reference(a, s.to_tensor())));
        }
    }
}

TEST_CASE("spikes under weights are counted as brute force counts them") {
    const Tensor a = sparse_weights({2, 1, 3, 7, 7}, 4);
    const Shape shape{2, 1, 7, 3 * 22};
    const Spikes binary = random_spikes(shape, SpikeKind::binary, 5),
                 bipolar = random_spikes(shape, SpikeKind::bipolar, 6);
    const Spikes integer = random_spikes(shape, SpikeKind::integer, 7);
    const uint64_t dense = 2ull * 7 * 7 * 66;
    CHECK(mix_count(a, binary) == OpCount{.ac = met_levels(a, binary), .dense = dense});
    CHECK(mix_count(a, bipolar) == OpCount{.ac_bipolar = met_levels(a, bipolar), .dense = dense});
    CHECK(mix_count(a, integer) == OpCount{.ac_integer = met_levels(a, integer), .dense = dense});
}

TEST_CASE("the gradient of a mix agrees with finite differences") {
    const Tensor a = random_tensor({1, 2, 2, 5, 5}, 8), v = random_tensor({1, 2, 5, 6}, 9),
                 g = random_tensor({1, 2, 5, 6}, 10);
    const MixGradient d = mix_backward(a, v, g);
    CHECK(largest_difference(d.weights, numeric_gradient([&](const Tensor& x) { return dot(mix(x, v), g); }, a)) <
          1e-4);
    CHECK(largest_difference(d.v, numeric_gradient([&](const Tensor& x) { return dot(mix(a, x), g); }, v)) < 1e-4);
}

TEST_CASE("a mix of fewer values than tokens, or more, has the bits of the plain chain, weights that spike too") {
    for (const auto& [tokens, sources] : {std::pair<int64_t, int64_t>{19, 5}, {3, 40}, {1, 1}}) {
        const Tensor v = random_tensor({2, 2, sources, 66}, 1), a = sparse_weights({2, 2, 3, tokens, sources}, 2);
        CHECK(same_bits(mix(a, v), mix_reference(a, v)));
        for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
            const Spikes s = random_spikes(a.shape(), kind, 3), levels = random_spikes(v.shape(), kind, 4);
            CHECK(same_bits(mix(s, v), mix_reference(s.to_tensor(), v)));
            CHECK(mix_count(a, levels).synops() == met_levels(a, levels));
            CHECK(mix_count(s, v.shape()).synops() == static_cast<uint64_t>(s.total() * 22));
            CHECK(mix_count(s, v.shape()).dense == static_cast<uint64_t>(4 * tokens * sources * 66));
        }
    }
    const Tensor v = random_tensor({1, 1, 9, 8}, 5);
    Tensor dense({1, 1, 2, 4, 9});
    dense.fill(1.0f);
    CHECK(same_bits(mix(Spikes::from(dense, SpikeKind::binary), v), mix_reference(dense, v)));
}

TEST_CASE("the gradient of a mix of fewer values than tokens agrees with finite differences") {
    const Tensor a = random_tensor({1, 2, 2, 5, 3}, 6), v = random_tensor({1, 2, 3, 6}, 7),
                 g = random_tensor({1, 2, 5, 6}, 8);
    const MixGradient d = mix_backward(a, v, g);
    const auto loss_a = [&](const Tensor& x) { return dot(mix(x, v), g); };
    const auto loss_v = [&](const Tensor& x) { return dot(mix(a, x), g); };
    CHECK(largest_difference(d.weights, numeric_gradient(loss_a, a)) < 1e-4);
    CHECK(largest_difference(d.v, numeric_gradient(loss_v, v)) < 1e-4);
}

TEST_CASE("a mix refuses shapes that do not fit") {
    CHECK_THROWS_AS(mix(Tensor({1, 1, 2, 3, 3}), Tensor({1, 1, 4, 8})), Error);
    CHECK_THROWS_AS(mix(Spikes({1, 1, 2, 3, 3}, SpikeKind::binary), Tensor({1, 1, 4, 8})), Error);
    CHECK_THROWS_AS(mix(Tensor({1, 2, 3, 3}), Tensor({1, 1, 3, 8})), Error);
    CHECK_THROWS_AS(mix(Tensor({1, 1, 3, 3, 3}), Tensor({1, 1, 3, 8})), Error);
    CHECK_THROWS_AS(mix_backward(Tensor({1, 1, 2, 3, 3}), Tensor({1, 1, 3, 8}), Tensor({1, 1, 3, 4})), Error);
}
