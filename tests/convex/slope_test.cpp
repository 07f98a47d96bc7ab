// Losses and gradients against finite differences and against their conjugates.
#include <doctest/doctest.h>

#include <numeric>

#include "sim/core/parallel.h"
#include "tests/heads/random_tokens.h"

namespace bispike {
namespace {

constexpr HeadSite kSite{.tokens = 4, .channels = 4, .outputs = 2, .parts = 2};
constexpr double kStep = 1e-5;

std::vector<int64_t> first(int64_t count) {
    std::vector<int64_t> samples(static_cast<size_t>(count));
    std::iota(samples.begin(), samples.end(), 0);
    return samples;
}

}  // namespace

TEST_CASE("the gradient of every head and gating is that of finite differences") {
    const TokenSet set = random_tokens(kSite, 6);
    const std::vector<int64_t> samples = first(6);
    for (const char* word : {"cross_entropy", "squared"})
        for (const auto& entry : token_heads())
            for (const Gating gating : {Gating::open, Gating::fixed, Gating::relu}) {
                CAPTURE(word);
                CAPTURE(entry.name);
                CAPTURE(word_of(gating));
                const auto loss = make_score_loss(word, "loss");
                const GatedHead head = random_head(entry.name, kSite, gating);
                const Neurons neurons = initial_neurons(head, 2, 5);
                const Vector at = flat(neurons), slope = flat(slope_of(head, set, samples, *loss, neurons).gradient);
                CHECK(slope.norm() > 1e-4);
                const auto value = [&](int64_t i, double step) {
                    Vector moved = at;
                    moved[i] += step;
                    return slope_of(head, set, samples, *loss, shaped(moved, neurons)).loss;
                };
                for (int64_t i = 0; i < at.size(); i += 3)
                    CHECK(
                        slope[i] ==
                        doctest::Approx((value(i, kStep) - value(i, -kStep)) / (2 * kStep)).epsilon(1e-6).scale(1e-2));
            }
}

TEST_CASE("gradients and scores have the same bits for any number of threads") {
    const TokenSet set = random_tokens(kSite, 40);
    const auto loss = make_score_loss("cross_entropy", "loss");
    const GatedHead head = random_head("self_attention", kSite, Gating::fixed);
    const Neurons neurons = initial_neurons(head, 3, 5);
    const auto run = [&](int threads) {
        const ThreadLimit limit(threads);
        return std::pair(flat(slope_of(head, set, first(40), *loss, neurons).gradient), scores_of(head, set, neurons));
    };
    const auto one = run(1), four = run(4);
    CHECK((one.first.array() == four.first.array()).all());
    CHECK((one.second.array() == four.second.array()).all());
}

TEST_CASE("a loss and its conjugate add up to the product at the gradient, and to more elsewhere") {
    const std::vector<int> labels{2, 0, 1, 1};
    const Matrix scores = random_matrix(4, 3, 1), other = random_matrix(4, 3, 2);
    for (const char* word : {"cross_entropy", "squared"}) {
        CAPTURE(word);
        const auto loss = make_score_loss(word, "loss");
        const Matrix dual = loss->gradient(scores, labels);
        const double conjugate = -loss->dual_at(dual, labels, 1);
        CHECK(loss->value(scores, labels) + conjugate == doctest::Approx(scores.cwiseProduct(dual).sum()));
        CHECK(loss->value(other, labels) + conjugate > other.cwiseProduct(dual).sum() + 1e-3);
        Matrix moved = scores;
        moved(1, 2) += kStep;
        const double above = loss->value(moved, labels);
        moved(1, 2) -= 2 * kStep;
        CHECK(dual(1, 2) == doctest::Approx((above - loss->value(moved, labels)) / (2 * kStep)).epsilon(1e-6));
    }
    CHECK_THROWS_WITH(make_score_loss("hinge", "heads.loss"), "heads.loss = hinge: choices: cross_entropy, squared");
}

TEST_CASE("the dual of the cross-entropy takes no scale above 1, which would leave the simplex") {
    const std::vector<int> labels{0, 1, 1};
    const auto loss = make_score_loss("cross_entropy", "loss");
    const Matrix dual = loss->gradient(random_matrix(3, 2, 1), labels);
    CHECK(loss->dual(dual, labels, 5) == loss->dual_at(dual, labels, 1));
    CHECK(loss->dual(dual, labels, 0.5) == loss->dual_at(dual, labels, 0.5));
}

TEST_CASE("the chosen scale of a dual point of the squared loss is the best in its range") {
    const std::vector<int> labels{0, 1, 1};
    const auto loss = make_score_loss("squared", "loss");
    const Matrix dual = loss->gradient(Matrix(0.4 * random_matrix(3, 2, 1)), labels);
    for (const double largest : {0.2, 0.7, 3.0})
        for (int i = 0; i <= 100; ++i)
            CHECK(loss->dual(dual, labels, largest) >= loss->dual_at(dual, labels, largest * i / 100) - 1e-15);
}

TEST_CASE("the accuracy is the share of labels with the best score") {
    Matrix scores(3, 2);
    scores << 1, 2, 3, 0, 1, 0;
    CHECK(accuracy_of(scores, std::vector<int>{1, 0, 1}) == doctest::Approx(2.0 / 3));
}

}  // namespace bispike
