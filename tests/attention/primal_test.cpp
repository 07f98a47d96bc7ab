// Primal-Attention against the singular value decomposition that it stands for.
#include <doctest/doctest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

#include "sim/convex/matrix.h"
#include "tests/attention/made_mixer.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int64_t kTokens = 6, kWidth = 4, kRank = 3;
constexpr MixerSite kSite{.dim = kWidth, .heads = 1, .rows = 2, .columns = 3};

MadeMixer made(MadeAttention::Keys more) {
    MadeMixer m("primal", kSite, more);
    return m;
}

/// What the mixer adds to the loss for x.
double penalty_of(const MadeMixer& m, const Tensor& x) {
    Tape tape(m.parameters);
    Pass pass = whole_run(1);
    pass.tape = &tape;
    pass(*m.layer, tape.record(x, {}));
    REQUIRE(pass.penalties().size() == 1);
    return (*pass.penalties()[0].tensor())[0];
}

/// x [1, 1, N, C] as [N, C].
Matrix matrix_of(const Tensor& x) {
    using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Floats>(x.data(), x.rows(), x.channels()).cast<double>();
}

/// Features F phi_i as rows, with F the tokens x themselves, and phi the rows of `of`, each divided by its length.
Matrix features(const Tensor& x, const Tensor& of) {
    return matrix_of(of).rowwise().normalized() * matrix_of(x).transpose();
}

/// W = sum_i f_i h_i^T as a parameter [1, n, s].
void set_weights(Parameter& p, const Matrix& f, const Matrix& h) {
    const Matrix w = f.transpose() * h.leftCols(kRank);
    std::ranges::transform(w.reshaped<Eigen::RowMajor>(), p.value.data(),
                           [](double v) { return static_cast<float>(v); });
}

}  // namespace

TEST_CASE("J is 0 at the singular value decomposition of the kernel, and e there is K H_r") {
    MadeMixer m("primal", kSite,
                {{"attention.rank", "3"}, {"attention.ksvd_weight", "1"}, {"attention.ksvd_loss", "theory"}});
    const Tensor x = random_tensor({1, 1, kTokens, kWidth}, 1);
    CHECK(penalty_of(m, x) > 1e-3);  // elsewhere it is not
    Memory memory;
    m.run(x, &memory);
    const Matrix q = features(x, *memory["attn.q"].output.tensor()), k = features(x, *memory["attn.k"].output.tensor());
    const Eigen::JacobiSVD<Matrix> svd(q * k.transpose(),
                                       Eigen::ComputeFullU | Eigen::ComputeFullV);  // H_e Sigma H_r^T
    set_weights(*m.parameters.find("attn.e.weight"), k, svd.matrixV());
    set_weights(*m.parameters.find("attn.r.weight"), q, svd.matrixU());
    for (int64_t s = 0; s < kRank; ++s) {
        REQUIRE(svd.singularValues()[s] > 1e-2);
        m.parameters.find("attn.lambda")->value[s] = static_cast<float>(1.0 / svd.singularValues()[s]);
    }
    m.layer->prepare(Purpose::train);
    CHECK(std::sqrt(penalty_of(m, x)) < 1e-4);
    m.run(x, &memory);
    const Tensor &e = *memory["attn.e"].output.tensor(), &r = *memory["attn.r"].output.tensor();
    for (int64_t i = 0; i < kTokens; ++i)
        for (int64_t s = 0; s < kRank; ++s) {
            const double sigma = svd.singularValues()[s];
            CHECK(e.row(i)[s] == doctest::Approx(svd.matrixU()(i, s) * sigma).epsilon(1e-3));
            CHECK(r.row(i)[s] == doctest::Approx(svd.matrixV()(i, s) * sigma).epsilon(1e-3));
        }
}

TEST_CASE("the loss of the code takes means over tokens and the squares of Lambda") {
    MadeMixer m("primal", kSite, {{"attention.rank", "3"}, {"attention.ksvd_weight", "0.5"}});
    const Tensor x = random_tensor({1, 1, kTokens, kWidth}, 2);
    Memory memory;
    m.run(x, &memory);
    double j = 0.0;
    const Tensor& lambda = m.parameters.find("attn.lambda")->value;
    for (const char* side : {"attn.e", "attn.r"})
        for (int64_t i = 0; i < kTokens; ++i)
            for (int64_t s = 0; s < kRank; ++s)
                j += 0.5 * std::pow(memory[side].output.tensor()->row(i)[s] * lambda[s], 2) / kTokens;
    j -= dot(m.parameters.find("attn.e.weight")->value, m.parameters.find("attn.r.weight")->value);
    CHECK(penalty_of(m, x) == doctest::Approx(0.5 * j * j).epsilon(1e-4));
}

TEST_CASE("J is a mean over heads and images, and its square one over the blocks that are alike") {
    constexpr MixerSite kTwo{.dim = 2 * kWidth, .heads = 2, .rows = 2, .columns = 3, .alike = 2};
    MadeMixer m("primal", kTwo,
                {{"attention.rank", "3"}, {"attention.ksvd_weight", "1"}, {"attention.ksvd_loss", "theory"}});
    const Tensor x = random_tensor({1, 2, kTokens, 2 * kWidth}, 9);
    Memory memory;
    m.run(x, &memory);
    const Tensor& lambda = m.parameters.find("attn.lambda")->value;  // of both heads
    double j = 0.0;
    for (const char* side : {"attn.e", "attn.r"}) {
        const Tensor& scores = *memory[side].output.tensor();
        for (int64_t i = 0; i < scores.size(); ++i)
            j += 0.5 * scores[i] * scores[i] * lambda[i % (2 * kRank)] / (2 * 2);  // 2 images, 2 heads
    }
    j -= dot(m.parameters.find("attn.e.weight")->value, m.parameters.find("attn.r.weight")->value) / 2;
    CHECK(penalty_of(m, x) == doctest::Approx(j * j / 2).epsilon(1e-4));
}

TEST_CASE("the initial weights of Primal-Attention are orthonormal") {
    MadeMixer m("primal", kSite, {{"attention.rank", "3"}});
    const Tensor& w = m.parameters.find("attn.e.weight")->value;
    REQUIRE(w.shape() == Shape{1, kTokens, kRank});
    for (int64_t a = 0; a < kRank; ++a)
        for (int64_t b = 0; b < kRank; ++b) {
            double product = 0.0;
            for (int64_t n = 0; n < kTokens; ++n) product += w[n * kRank + a] * w[n * kRank + b];
            CHECK(product == doctest::Approx(a == b ? 1.0 : 0.0));
        }
}

TEST_CASE("the weights of Primal-Attention are made of the input, of some tokens of it, or of none") {
    const Tensor x = random_tensor({1, 1, kTokens, kWidth}, 3);
    CHECK(made({{"attention.rank", "2"}, {"attention.rank_multi", "2"}})
              .parameters.find("attn.e.weight")
              ->value.shape() == Shape{1, 4, 2});
    MadeMixer none("primal", kSite, {{"attention.rank", "3"}, {"attention.data_dependent", "false"}});
    CHECK(none.parameters.find("attn.e.weight")->value.shape() == Shape{1, kWidth, kRank});
    Tensor twice = x;  // a token further on changes no other one's scores where weights are not made of the input
    twice.row(5)[0] += 1.0f;
    Memory before, after;
    none.run(x, &before), none.run(twice, &after);
    for (int64_t s = 0; s < kRank; ++s)
        CHECK(before["attn.e"].output.tensor()->row(0)[s] == after["attn.e"].output.tensor()->row(0)[s]);
}

TEST_CASE("Primal-Attention without the scores of the keys has no map for them") {
    MadeMixer without("primal", kSite, {{"attention.rank", "3"}, {"attention.r_scores", "false"}});
    CHECK(without.parameters.find("attn.out_r.weight") == nullptr);
    Memory memory;
    without.run(random_tensor({1, 1, kTokens, kWidth}, 4), &memory);
    CHECK(!memory.saw("attn.r"));
    CHECK(memory["attn.e"].count ==
          OpCount{.mac = kWidth * kRank * 2 * kTokens, .dense = kWidth * kRank * 2 * kTokens});
}

TEST_CASE("no token of causal Primal-Attention sees a later one, and the gradient of one reaches none after it") {
    const MadeMixer m("primal", kSite,
                      {{"attention.rank", "3"}, {"attention.data_dependent", "false"}, {"attention.causal", "true"}});
    const Tensor x = random_tensor({1, 1, kTokens, kWidth}, 5), before = m.run(x);
    for (int64_t changed = 0; changed < kTokens; ++changed) {
        Tensor other = x;
        other.row(changed)[1] += 1.0f;
        const Tensor after = m.run(other);
        for (int64_t n = 0; n < kTokens; ++n)
            CHECK(std::equal(before.row(n), before.row(n) + kWidth, after.row(n)) == (n < changed));
    }
    Tape tape(m.parameters);
    Pass pass = whole_run(1);
    pass.tape = &tape;
    const Value leaf = tape.record(x, {});
    tape.keep(leaf.node());
    const Value y = m.layer->forward(pass, leaf);
    Tensor gradient(x.shape());
    std::ranges::fill(std::span(gradient.row(2), kWidth), 1.0f);
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), gradient); }));
    for (int64_t n = 0; n < kTokens; ++n)
        CHECK((std::abs(tape.kept().row(n)[0]) + std::abs(tape.kept().row(n)[1]) > 0.0f) == (n <= 2));
}

TEST_CASE("causal Primal-Attention takes means of queries and keys up to each token") {
    MadeMixer m("primal", kSite,
                {{"attention.rank", "3"}, {"attention.data_dependent", "false"}, {"attention.causal", "true"}});
    Memory memory;
    m.run(random_tensor({1, 1, kTokens, kWidth}, 6), &memory);
    const Tensor &q = *memory["attn.q"].output.tensor(), &w = m.parameters.find("attn.e.weight")->value;
    for (int64_t n = 0; n < kTokens; ++n) {
        double mean[kWidth] = {}, squares = 0.0;
        for (int64_t c = 0; c < kWidth; ++c) {
            for (int64_t i = 0; i <= n; ++i) mean[c] += q.row(i)[c];
            squares += mean[c] * mean[c];
        }
        for (int64_t s = 0; s < kRank; ++s) {
            double e = 0.0;
            for (int64_t c = 0; c < kWidth; ++c) e += mean[c] / std::sqrt(squares) * w[c * kRank + s];
            CHECK(memory["attn.e"].output.tensor()->row(n)[s] == doctest::Approx(e).epsilon(1e-4));
        }
    }
    CHECK(memory["attn.e"].count == OpCount{.mac = kTokens * kWidth * kRank, .dense = kTokens * kWidth * kRank});
}

TEST_CASE("causal Primal-Attention refuses weights made of tokens from everywhere") {
    CHECK(message_of([] {
              made({{"attention.rank", "3"}, {"attention.causal", "true"}});
          }) ==
          "attention.causal = true: the weights are made of tokens from everywhere; set attention.data_dependent = "
          "false");
}

TEST_CASE("the gradient of causal Primal-Attention agrees with finite differences") {
    const MadeMixer m("primal", kSite,
                      {{"attention.rank", "3"},
                       {"attention.data_dependent", "false"},
                       {"attention.causal", "true"},
                       {"attention.ksvd_weight", "0"}});
    const Tensor x = random_tensor({1, 2, kTokens, kWidth}, 7), weight = random_tensor({1, 2, kTokens, kWidth}, 8);
    const auto run = [&](Tape* tape, Value at) {
        Pass pass = whole_run(1);
        pass.tape = tape;
        return m.layer->forward(pass, std::move(at));
    };
    Tape tape(m.parameters);
    const Value leaf = tape.record(x, {});
    tape.keep(leaf.node());
    const Value y = run(&tape, leaf);
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), weight); }));
    const Tensor measured =
        numeric_gradient([&](const Tensor& at) { return dot(run(nullptr, at).dense(), weight); }, x);
    CHECK(largest_difference(measured, Tensor(x.shape())) > 0.02);
    CHECK(largest_difference(tape.kept(), measured) < 2e-3);
}
