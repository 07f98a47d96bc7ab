// Attentions without N x N weights, against the same with them.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/attention/made_mixer.h"

using namespace bispike;

namespace {

constexpr MixerSite kSite{.dim = 6, .heads = 2, .rows = 1, .columns = 5};
constexpr int64_t kTokens = 5, kWidth = 3;

double positive(double x) { return x > 0 ? x + 1.0 : std::exp(x); }
double elu_of(double x) { return x > 0 ? x : std::expm1(x); }

struct Parts {
    Tensor q, k, v, y;
};

/// What a mixer makes of one image, with its projection left out.
Parts parts_of(MadeMixer& made) {
    made.let_through("proj");
    Memory memory;
    const Tensor y = made.run(random_tensor({1, 1, kTokens, 6}, 1), &memory);
    const auto of = [&](const char* name) { return *memory[name].output.tensor(); };
    return {of("attn.q"), of("attn.k"), of("attn.v"), y};
}

/// sum_j a_ij v_j with a_ij = f(q_i) . f(k_j), divided by the sum of a_ij where `rows_sum_to_one`.
Tensor weighed(const Parts& p, double (*f)(double), bool rows_sum_to_one) {
    Tensor out({1, 1, kTokens, 6});
    for (int64_t head = 0; head < 2; ++head)
        for (int64_t i = 0; i < kTokens; ++i) {
            double sum = 0.0, y[kWidth] = {};
            for (int64_t j = 0; j < kTokens; ++j) {
                double a = 0.0;
                for (int64_t c = head * kWidth; c < (head + 1) * kWidth; ++c) a += f(p.q.row(i)[c]) * f(p.k.row(j)[c]);
                sum += a;
                for (int64_t c = 0; c < kWidth; ++c) y[c] += a * p.v.row(j)[head * kWidth + c];
            }
            for (int64_t c = 0; c < kWidth; ++c)
                out.row(i)[head * kWidth + c] = static_cast<float>(rows_sum_to_one ? y[c] / sum : y[c]);
        }
    return out;
}

Tensor rms_normalised(Tensor x) {
    for (int64_t r = 0; r < x.rows(); ++r) {
        double squares = 0.0;
        for (int64_t c = 0; c < x.channels(); ++c) squares += static_cast<double>(x.row(r)[c]) * x.row(r)[c];
        const double factor = 1.0 / std::sqrt(squares / static_cast<double>(x.channels()) + 1e-8);
        for (int64_t c = 0; c < x.channels(); ++c) x.row(r)[c] = static_cast<float>(x.row(r)[c] * factor);
    }
    return x;
}

}  // namespace

TEST_CASE("linear attention has the weights of its features, with rows that sum to 1") {
    MadeMixer made("linear_attention", kSite);
    const Parts p = parts_of(made);
    CHECK(largest_difference(p.y, weighed(p, positive, true)) < 1e-5);
}

TEST_CASE("linear attention hands on a value that all tokens share") {
    MadeMixer made("linear_attention", kSite);
    made.let_through("proj");
    made.parameters.find("attn.v.weight")->value.fill(0.0f);
    made.parameters.find("attn.v.bias")->value.fill(3.0f);
    made.layer->prepare(Purpose::train);
    const Tensor y = made.run(random_tensor({1, 1, kTokens, 6}, 2));
    for (const float v : y.values()) CHECK(v == doctest::Approx(3.0));
}

TEST_CASE("NormAttention is the normalised sum with the weights of its features") {
    MadeMixer t1("norm_attention", kSite, {{"attention.transnormer", "t1"}}),
        t2("norm_attention", kSite, {{"attention.transnormer", "t2"}});
    const Parts with_elu = parts_of(t1), positive_ones = parts_of(t2);
    CHECK(largest_difference(with_elu.y, rms_normalised(weighed(with_elu, elu_of, false))) < 1e-5);
    CHECK(largest_difference(positive_ones.y, rms_normalised(weighed(positive_ones, positive, false))) < 1e-5);
}

TEST_CASE("attention by features counts two products of tokens with channels of a head") {
    Memory memory;
    MadeMixer("norm_attention", kSite).run(Tensor({1, 2, kTokens, 6}), &memory);
    const uint64_t each = 2 * kTokens * 6 * kWidth;
    for (const char* name : {"attn.kv", "attn.mix"}) CHECK(memory[name].count == OpCount{.mac = each, .dense = each});
    MadeMixer("linear_attention", kSite).run(Tensor({1, 2, kTokens, 6}), &memory);
    for (const char* name : {"attn.q_act", "attn.k_act"})
        CHECK(memory[name].count == nonlinear_count(memory["attn.q"].output.shape().size()));
    CHECK(memory["attn.row_norm"].count == memory["attn.q_act"].count);
    CHECK(memory["attn.row_sum"].count == OpCount{.mac = 2 * kTokens * 6, .dense = 2 * kTokens * 6});
}
