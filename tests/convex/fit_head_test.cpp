// The convex problem solved in both ways: one optimum, and a gap that is honest.
#include <doctest/doctest.h>

#include "sim/convex/fit_head.h"
#include "sim/core/parallel.h"
#include "tests/heads/random_tokens.h"

namespace bispike {
namespace {

constexpr HeadSite kSite{.tokens = 4, .channels = 4, .outputs = 2, .parts = 2};

const auto kSilent = [](int) {};

struct Small {
    TokenSet set = random_tokens(kSite, 60);
    std::unique_ptr<ScoreLoss> loss;
    GatedHead head;
    HeadProblem problem;

    Small(const std::string& name, Gating gating, const char* word = "cross_entropy", double share = 0.1)
        : loss(make_score_loss(word, "loss")),
          head(random_head(name, kSite, gating)),
          problem{head, set, *loss, share * largest_beta(head, set, *loss)} {}
};

}  // namespace

TEST_CASE("both solvers reach the optimum of the convex problem, and the gap closes") {
    for (const char* word : {"cross_entropy", "squared"})
        for (const auto& entry : token_heads())
            for (const Gating gating : {Gating::open, Gating::fixed}) {
                CAPTURE(word);
                CAPTURE(entry.name);
                CAPTURE(word_of(gating));
                const Small small(entry.name, gating, word);
                const HeadFit exact = fit_exact(small.problem, {.iterations = 5000, .tolerance = 1e-6}, kSilent);
                const HeadFit factors = fit_factors(small.problem, initial_neurons(small.head, 8, 1),
                                                    {.iterations = 3000, .tolerance = 1e-6}, kSilent);
                CHECK(exact.certificate->relative_gap() <= 1e-6);
                CHECK(exact.certificate->gap() >= -1e-12);
                CHECK(factors.certificate->gap() >= -1e-12);
                CHECK(factors.objective == doctest::Approx(exact.objective).epsilon(1e-4));
                CHECK(factors.certificate->relative_gap() <= 1e-5);
                // Each bound holds for the other's objective too.
                CHECK(exact.certificate->bound <= factors.objective + 1e-12);
                CHECK(factors.certificate->bound <= exact.objective + 1e-12);
                CHECK(exact.objective < small.loss->value(Matrix::Zero(60, 2), small.set.labels) * 0.99);
            }
}

TEST_CASE("factors are the same with features in memory and without") {
    for (const Gating gating : {Gating::open, Gating::fixed}) {
        const Small small("b_fno", gating);
        const Neurons start = initial_neurons(small.head, 3, 1);
        const FactorOptions few{.iterations = 15, .tolerance = 1e-9};
        const HeadFit tokens = fit_factors(small.problem, start, few, kSilent);
        const HeadFit memory = fit_factors(small.problem, Design(small.head, small.set), start, few, kSilent);
        CHECK(memory.objective == doctest::Approx(tokens.objective).epsilon(1e-8));
        CHECK(memory.objective < judged(small.problem, start).objective * 0.99);
    }
}

TEST_CASE("the gap of any weights bounds how far they are from the optimum") {
    for (const Gating gating : {Gating::open, Gating::fixed}) {
        const Small small("mlp_mixer", gating);
        const double least = fit_exact(small.problem, {.iterations = 5000, .tolerance = 1e-6}, kSilent).objective;
        for (const uint64_t seed : {1, 2, 3}) {
            const HeadFit any = judged(small.problem, initial_neurons(small.head, 3, seed));
            CHECK(any.certificate->bound <= least);
            CHECK(any.certificate->gap() >= any.objective - least);
            CHECK(any.objective > least * 1.01);
        }
    }
}

TEST_CASE("the gap does not close where the factors have too few neurons") {
    const Small small("mlp_mixer", Gating::open, "squared", 0.01);
    const HeadFit exact = fit_exact(small.problem, {.iterations = 5000, .tolerance = 1e-6}, kSilent);
    REQUIRE(exact.neurons[0].u.rows() > 1);
    const HeadFit one =
        fit_factors(small.problem, initial_neurons(small.head, 1, 1), {.iterations = 2000, .tolerance = 1e-9}, kSilent);
    CHECK(one.objective > exact.objective * 1.001);
    CHECK(one.certificate->gap() >= one.objective - exact.objective);
}

TEST_CASE("at the largest beta nothing is learned, just below it something is") {
    const Small small("self_attention", Gating::fixed);
    const double largest = small.problem.beta / 0.1;
    const auto rank = [&](double beta) {
        int64_t sum = 0;
        for (const ThinFactors& f :
             fit_exact({small.head, small.set, *small.loss, beta}, {.iterations = 300, .tolerance = 1e-9}, kSilent)
                 .neurons)
            sum += f.u.rows();
        return sum;
    };
    CHECK(rank(largest * 1.001) == 0);
    CHECK(rank(largest * 0.9) > 0);
}

TEST_CASE("minibatches come near the same optimum") {
    const Small small("self_attention", Gating::fixed);
    const HeadFit exact = fit_exact(small.problem, {.iterations = 5000, .tolerance = 1e-6}, kSilent);
    const HeadFit network = fit_network(small.problem, initial_neurons(small.head, 8, 1),
                                        {.epochs = 400, .batch = 20, .learning_rate = 1e-2, .seed = 1}, kSilent);
    CHECK(network.objective == doctest::Approx(exact.objective).epsilon(1e-2));
    CHECK(network.certificate->gap() >= network.objective - exact.objective);
}

TEST_CASE("a ReLU head learns too, without a certificate") {
    const Small small("mlp", Gating::fixed);
    const GatedHead relu = random_head("mlp", kSite, Gating::relu);
    const HeadProblem problem{relu, small.set, *small.loss, small.problem.beta};
    const HeadFit before = judged(problem, initial_neurons(relu, 8, 1));
    const HeadFit after = fit_network(problem, initial_neurons(relu, 8, 1),
                                      {.epochs = 200, .batch = 20, .learning_rate = 1e-2, .seed = 1}, kSilent);
    CHECK(!after.certificate);
    CHECK(after.objective < before.objective * 0.95);
}

TEST_CASE("one layer with squared weights has its own gap") {
    for (const char* word : {"cross_entropy", "squared"}) {
        const Small small("mlp", Gating::open, word);
        const HeadFit fit = fit_ridge(small.problem, {.iterations = 500, .tolerance = 1e-10}, kSilent);
        CHECK(fit.certificate->gap() >= -1e-12);
        CHECK(fit.certificate->relative_gap() < 1e-8);
        CHECK(fit.loss ==
              doctest::Approx(small.loss->value(scores_of(small.head, small.set, fit.neurons), small.set.labels)));
    }
}

TEST_CASE("every solver gives the same bits for any number of threads") {
    const Small small("self_attention", Gating::fixed);
    const auto run = [&](int threads) {
        const ThreadLimit limit(threads);
        return std::tuple(
            fit_exact(small.problem, {.iterations = 20}, kSilent).objective,
            fit_factors(small.problem, initial_neurons(small.head, 3, 1), {.iterations = 20}, kSilent).objective,
            fit_factors(small.problem, Design(small.head, small.set), initial_neurons(small.head, 3, 1),
                        {.iterations = 20}, kSilent)
                .objective,
            fit_network(small.problem, initial_neurons(small.head, 3, 1), {.epochs = 2, .batch = 20}, kSilent)
                .objective);
    };
    CHECK(run(1) == run(3));
}

TEST_CASE("a solver stops where its watcher throws") {
    const Small small("mlp", Gating::open);
    const auto stop = [](int iteration) {
        if (iteration == 2) throw 2;
    };
    CHECK_THROWS_AS(fit_exact(small.problem, {}, stop), int);
    CHECK_THROWS_AS(fit_factors(small.problem, initial_neurons(small.head, 3, 1), {}, stop), int);
    CHECK_THROWS_AS(fit_network(small.problem, initial_neurons(small.head, 3, 1), {}, stop), int);
}

}  // namespace bispike
