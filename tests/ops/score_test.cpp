// Attention scores.
#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/ops/score.h"
#include "tests/golden/attention_rows.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

constexpr SpikeKind kKinds[] = {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer};

/// Sum of |q_ic k_jc| over all pairs of tokens of a group, heads apart: what an event-driven machine accumulates.
uint64_t coincidences(const Spikes& q, const Spikes& k) {
    const int64_t tokens = q.shape()[2];
    int64_t n = 0;
    for (int64_t r = 0; r < q.rows(); ++r)
        for (int64_t j = 0; j < tokens; ++j)
            for (int64_t c = 0; c < q.channels(); ++c)
                n += std::abs(q.value(r, c) * k.value(r / tokens * tokens + j, c));
    return static_cast<uint64_t>(n);
}

}  // namespace

TEST_CASE("scores by hand: homopolar less heteropolar coincidences, head by head") {
    const Spikes q = Spikes::from(Tensor({1, 1, 2, 4}, {1, -1, 0, 1, 0, 1, 1, -1}), SpikeKind::bipolar);
    const Spikes k = Spikes::from(Tensor({1, 1, 2, 4}, {1, 1, 1, 1, -1, 1, 0, -1}), SpikeKind::bipolar);
    const Tensor expected({1, 1, 2, 2, 2}, {0, -2, 1, 1, 1, -1, 0, 1});
    CHECK(same_bits(score(q, k, 2), expected));
    const OpCount count = score_count(q, k, 2);
    CHECK(count == OpCount{.ac_bipolar = 11, .dense = 16});
}

TEST_CASE("queries met by hand: scores that cancel do not count") {
    const Spikes q = Spikes::from(Tensor({1, 1, 2, 4}, {1, -1, 0, 1, 0, 1, 1, -1}), SpikeKind::bipolar);
    const Spikes k = Spikes::from(Tensor({1, 1, 2, 4}, {1, 1, 1, 1, -1, 1, 0, -1}), SpikeKind::bipolar);
    CHECK(queries_met(q, k, 2) == std::vector<uint32_t>{1, 2, 1, 2});  // of scores 0 -2, 1 1; 1 -1, 0 1
    CHECK(rows_met(Tensor({1, 1, 2, 2, 2}, {0, -2, 1, 1, 1, -1, 0, 1})) == std::vector<uint32_t>{1, 2, 1, 2});
}

TEST_CASE("scores of spikes of any kinds have the bits of the plain dense product") {
    const std::pair<int64_t, int64_t> widths[] = {{1, 7}, {3, 24}, {2, 32}, {2, 33}, {2, 64}, {1, 100}, {4, 48}};
    for (const auto& [heads, width] : widths)
        for (const SpikeKind left : kKinds)
            for (const SpikeKind right : kKinds) {
                const Shape shape{2, 2, 19, heads * width};
                const Spikes q = random_spikes(shape, left, 1), k = random_spikes(shape, right, 2);
                const Tensor expected = score_reference(q.to_tensor(), k.to_tensor(), heads);
                CHECK(same_bits(score(q, k, heads), expected));
                CHECK(same_bits(score(q.to_tensor(), k.to_tensor(), heads), expected));
                CHECK(queries_met(q, k, heads) == rows_met(expected));
            }
}

TEST_CASE("scores of more tokens than keys, or fewer, have the bits of the plain product, real keys too") {
    for (const auto& [tokens, keys] : {std::pair<int64_t, int64_t>{19, 5}, {3, 40}, {1, 1}})
        for (const SpikeKind left : kKinds) {
            const Spikes q = random_spikes({2, 2, tokens, 66}, left, 1);
            const Tensor real = random_tensor({2, 2, keys, 66}, 2);
            CHECK(same_bits(score(q, real, 3), score_reference(q.to_tensor(), real, 3)));
            for (const SpikeKind right : kKinds) {
                const Spikes k = random_spikes(real.shape(), right, 3);
                CHECK(same_bits(score(q, k, 3), score_reference(q.to_tensor(), k.to_tensor(), 3)));
                CHECK(queries_met(q, k, 3) == rows_met(score_reference(q.to_tensor(), k.to_tensor(), 3)));
                CHECK(score_count(q, k, 3).dense == static_cast<uint64_t>(4 * tokens * keys * 66));
            }
        }
}

TEST_CASE("few spikes and many give the same bits with real keys: the event-driven kernel and the dense one") {
    const Tensor k = random_tensor({1, 2, 9, 70}, 4);
    for (const int64_t every : {1, 2, 30}) {
        Tensor values({1, 2, 21, 70});
        for (int64_t i = 0; i < values.size(); i += every) values[i] = 1.0f;
        const Spikes q = Spikes::from(values, SpikeKind::binary);
        CHECK(same_bits(score(q, k, 2), score_reference(values, k, 2)));
        CHECK(score_count(q, k.shape(), 2) ==
              OpCount{.ac = static_cast<uint64_t>(q.count() * 9), .dense = 2ull * 21 * 9 * 70});
    }
}

TEST_CASE("scores reach both -d and d") {
    Tensor ones({1, 1, 2, 70});
    ones.fill(1.0f);
    Tensor signs = ones;
    std::fill_n(signs.row(1), 70, -1.0f);
    const Tensor x = score(Spikes::from(ones, SpikeKind::binary), Spikes::from(signs, SpikeKind::bipolar), 1);
    CHECK(same_bits(x, Tensor({1, 1, 1, 2, 2}, {70, -70, 70, -70})));
}

TEST_CASE("coincidences are counted as brute force counts them, under the richer kind") {
    for (const SpikeKind left : kKinds)
        for (const SpikeKind right : kKinds) {
            const Spikes q = random_spikes({2, 2, 5, 66}, left, 3), k = random_spikes({2, 2, 5, 66}, right, 4);
            const OpCount count = score_count(q, k, 3);
            const SpikeKind kind = std::max(left, right);
            CHECK(count.synops() == coincidences(q, k));
            CHECK((kind == SpikeKind::binary    ? count.ac
                   : kind == SpikeKind::bipolar ? count.ac_bipolar
                                                : count.ac_integer) == count.synops());
            CHECK(count.dense == 4ull * 5 * 5 * 66);
        }
    CHECK(score_count(Shape{2, 2, 5, 66}, {2, 2, 4, 66}, 3) ==
          OpCount{.mac = 4ull * 5 * 4 * 66, .dense = 4ull * 5 * 4 * 66});
}

TEST_CASE("the gradient of scores agrees with finite differences") {
    const Tensor q = random_tensor({2, 1, 5, 6}, 5), k = random_tensor({2, 1, 5, 6}, 6),
                 g = random_tensor({2, 1, 2, 5, 5}, 7);
    const ScoreGradient d = score_backward(q, k, g);
    const auto loss_q = [&](const Tensor& x) { return dot(score(x, k, 2), g); };
    const auto loss_k = [&](const Tensor& x) { return dot(score(q, x, 2), g); };
    CHECK(largest_difference(d.q, numeric_gradient(loss_q, q)) < 1e-4);
    CHECK(largest_difference(d.k, numeric_gradient(loss_k, k)) < 1e-4);
}

TEST_CASE("the gradient of scores of tokens with fewer keys agrees with finite differences") {
    const Tensor q = random_tensor({1, 2, 5, 6}, 5), k = random_tensor({1, 2, 2, 6}, 6),
                 g = random_tensor({1, 2, 2, 5, 2}, 7);
    const ScoreGradient d = score_backward(q, k, g);
    CHECK(largest_difference(d.q, numeric_gradient([&](const Tensor& x) { return dot(score(x, k, 2), g); }, q)) < 1e-4);
    CHECK(largest_difference(d.k, numeric_gradient([&](const Tensor& x) { return dot(score(q, x, 2), g); }, k)) < 1e-4);
}

TEST_CASE("scores refuse shapes that do not fit") {
    const Spikes q({1, 1, 3, 8}, SpikeKind::binary);
    CHECK_THROWS_AS(score(q, Spikes({1, 2, 3, 8}, SpikeKind::binary), 2), Error);
    CHECK_THROWS_AS(score(q, Tensor({1, 1, 3, 4}), 2), Error);
    CHECK_THROWS_AS(score(q, q, 3), Error);
    CHECK_THROWS_AS(score_backward(q.to_tensor(), q.to_tensor(), Tensor({1, 1, 2, 3, 4})), Error);
}

TEST_CASE("golden: scores of a PyTorch model's queries and keys") {
    using namespace golden;
    Spikes q({1, 1, kTokens, kWidth}, SpikeKind::binary), k = q;
    for (int i = 0; i < kTokens; ++i) *q.fired(i) = kQueries[i], *k.fired(i) = kKeys[i];
    const Tensor x = score(q, k, 1);
    CHECK(q.count() > 0);
    for (int i = 0; i < kTokens; ++i)
        for (int j = 0; j < kTokens; ++j) CHECK(x.row(i)[j] == static_cast<float>(kScores[i][j] - '0'));
}
