// Each head against its formulas: the network as the paper writes it, and the convex form for the Z of its weights.
#include <doctest/doctest.h>

#include <complex>
#include <numbers>

#include "sim/convex/design.h"
#include "tests/heads/random_tokens.h"

namespace bispike {
namespace {

constexpr HeadSite kSite{.tokens = 5, .channels = 4, .outputs = 6, .parts = 2};
constexpr double kRounding = 1e-12;
const Matrix kX = random_matrix(5, 4, 11);

Matrix relu_gates(const Matrix& m) { return (m.array() >= 0).cast<double>(); }

/// Rows of circ(x): row t holds x[(t - u) mod s] for each u, [s, s d].
Matrix circulant(const Matrix& x) {
    Matrix all(x.rows(), x.size());
    for (int64_t t = 0; t < x.rows(); ++t)
        for (int64_t u = 0; u < x.rows(); ++u)
            all.row(t).segment(u * x.cols(), x.cols()) = x.row((t - u + x.rows()) % x.rows());
    return all;
}

Matrix square(const Vector& w, int64_t side) { return ConstMatrixMap(w.data(), side, side); }
Matrix mean_row(const Matrix& y) { return y.colwise().mean(); }

/// The network with weights of neuron r of a block, as the paper writes it: mean over tokens of gate(...) ..., [1, c].
Matrix network(const std::string& name, const Matrix& x, const Matrix& w, const Matrix& frozen, const Matrix& second) {
    const auto gated = [](const Matrix& p, const Matrix& g) { return Matrix(p.cwiseProduct(relu_gates(g))); };
    const double s = static_cast<double>(x.rows());
    if (name == "self_attention") {
        const auto scores = [&](const Matrix& m) {
            return Matrix(x * square(m.transpose(), x.cols()) * x.transpose());
        };
        return mean_row(gated(scores(w), scores(frozen)) * x / s * second);
    }
    if (name == "mlp_mixer") {
        const auto mixed = [&](const Matrix& m) { return Matrix(square(m.transpose(), x.rows()) * x); };
        return mean_row(gated(mixed(w), mixed(frozen)) * second);
    }
    const Matrix features = name == "mlp" ? x : circulant(x);
    return mean_row(gated(features * w.transpose(), features * frozen.transpose()) * second);
}

TokenSet one_image() {
    TokenSet set{.tokens = 5, .channels = 4, .classes = 6, .values = {}, .labels = {0}};
    set.values.assign(kX.data(), kX.data() + kX.size());
    return set;
}

/// Z^(k,l) [rows of it, c] of self-attention: sum_j W_1j[:, k] W_2j[l, :].
Matrix attention_block(const ThinFactors& f, int64_t k, int64_t l) {
    Matrix z = Matrix::Zero(4, 6);
    for (int64_t j = 0; j < f.u.rows(); ++j)
        z += square(f.u.row(j).transpose(), 4).col(k) * f.v.row(j).segment(l * 6, 6);
    return z;
}

}  // namespace

TEST_CASE("a head is the network that the paper writes, gated or not") {
    const TokenSet set = one_image();
    for (const auto& entry : token_heads())
        for (const Gating gating : {Gating::fixed, Gating::relu}) {
            CAPTURE(entry.name);
            const GatedHead head = random_head(entry.name, kSite, gating);
            const Neurons neurons = initial_neurons(head, 3, 5);
            Matrix expected = Matrix::Zero(1, 6);
            for (size_t b = 0; b < neurons.size(); ++b) {
                const HeadBlock& block = head.blocks()[b];
                for (int64_t r = 0; r < 3; ++r) {
                    const Matrix w = neurons[b].u.row(r);
                    const Matrix gate = gating == Gating::relu ? w : Matrix(head.frozen().row(block.gate));
                    const ConstMatrixMap second(neurons[b].v.row(r).data(), block.inner, block.outputs);
                    expected.middleCols(block.first_output, block.outputs) +=
                        network(entry.name, kX.middleCols(block.first_channel, block.channels), w, gate, second);
                }
            }
            CHECK((scores_of(head, set, neurons) - expected).norm() < kRounding);
        }
}

TEST_CASE("scores are linear in Z = u^T v, and in nothing else") {
    const TokenSet set = random_tokens(kSite, 7);
    for (const auto& entry : token_heads())
        for (const Gating gating : {Gating::open, Gating::fixed}) {
            CAPTURE(entry.name);
            const GatedHead head = random_head(entry.name, kSite, gating);
            const Neurons neurons = initial_neurons(head, 3, 5);
            Blocks z;
            for (const ThinFactors& f : neurons) z.push_back(f.u.transpose() * f.v);
            const Design design(head, set);
            const Matrix scores = design.scores(z), dual = random_matrix(7, 6, 9);
            CHECK((scores - scores_of(head, set, neurons)).norm() < kRounding);
            CHECK(scores.norm() > 1e-3);
            // <A Z, L> = <Z, A^T L>
            const Blocks back = design.adjoint(dual);
            double inner = 0;
            for (size_t b = 0; b < z.size(); ++b) inner += z[b].cwiseProduct(back[b]).sum();
            CHECK(inner == doctest::Approx(scores.cwiseProduct(dual).sum()).epsilon(1e-12));
        }
}

TEST_CASE("linear self-attention is sum G^(k,l) X Z^(k,l), with G the Gram matrix of the tokens") {
    const GatedHead head = random_head("self_attention", kSite, Gating::open);
    const Neurons neurons = initial_neurons(head, 3, 5);
    const Matrix gram = kX.transpose() * kX;
    Matrix scores = Matrix::Zero(5, 6);
    for (int64_t k = 0; k < 4; ++k)
        for (int64_t l = 0; l < 4; ++l) scores += gram(k, l) * kX * attention_block(neurons[0], k, l);
    CHECK((scores_of(head, one_image(), neurons) - mean_row(scores) / 5).norm() < kRounding);
}

TEST_CASE("gated self-attention is sum G_j^(k,l) X Z_j^(k,l), with a gated Gram matrix for each token") {
    const GatedHead head = random_head("self_attention", kSite, Gating::fixed);
    const Neurons neurons = initial_neurons(head, 3, 5);
    Matrix scores = Matrix::Zero(5, 6);
    for (size_t j = 0; j < neurons.size(); ++j) {
        const Vector frozen = head.frozen().row(static_cast<int64_t>(j)).transpose();
        const Matrix gates = relu_gates(kX * square(frozen, 4) * kX.transpose());
        for (int64_t k = 0; k < 4; ++k)
            for (int64_t l = 0; l < 4; ++l) {
                const Vector gram = gates * kX.col(k).cwiseProduct(kX.col(l));  // [s], sum_u M[t, u] X[u, k] X[u, l]
                scores += gram.asDiagonal() * kX * attention_block(neurons[j], k, l);
            }
    }
    CHECK((scores_of(head, one_image(), neurons) - mean_row(scores) / 5).norm() < kRounding);
}

TEST_CASE("linear MLP-Mixer is sum X[k, l] Z^(k,l)") {
    const GatedHead head = random_head("mlp_mixer", kSite, Gating::open);
    const Neurons neurons = initial_neurons(head, 3, 5);
    Matrix scores = Matrix::Zero(5, 6);
    for (int64_t k = 0; k < 5; ++k)
        for (int64_t l = 0; l < 4; ++l)
            for (int64_t j = 0; j < 3; ++j)  // Z^(k,l) [s, c] = sum_j W_1j[:, k] W_2j[l, :]
                scores += kX(k, l) * square(neurons[0].u.row(j).transpose(), 5).col(k) *
                          neurons[0].v.row(j).segment(l * 6, 6);
    CHECK((scores_of(head, one_image(), neurons) - mean_row(scores)).norm() < kRounding);
}

TEST_CASE("a circular head's activations are ifft(sum fft(x) fft(w))") {
    using Complex = std::complex<double>;
    const auto head = find(token_heads(), "fno", "head").make(kSite);
    const Vector w = random_vector(20, 13);
    Vector activations(5);
    head->activate(kX, w, activations);
    const auto root = [](int64_t k) { return std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k) / 5); };
    for (int64_t t = 0; t < 5; ++t) {
        Complex sum = 0;
        for (int64_t f = 0; f < 5; ++f)
            for (int64_t l = 0; l < 4; ++l) {
                Complex x = 0, v = 0;
                for (int64_t u = 0; u < 5; ++u) x += kX(u, l) * root(f * u), v += w[u * 4 + l] * root(f * u);
                sum += x * v / root(f * t) / 5.0;
            }
        CHECK(activations[t] == doctest::Approx(sum.real()).epsilon(1e-12));
    }
}

TEST_CASE("the adjoint maps of a head are its maps transposed") {
    for (const auto& entry : token_heads()) {
        CAPTURE(entry.name);
        const auto head = entry.make(kSite);
        const HeadShape& shape = head->shape();
        const Matrix x = kX.leftCols(4 / shape.parts);
        const Vector w = random_vector(shape.rows, 1), a = random_vector(shape.activations, 2),
                     h = random_vector(shape.inner, 3);
        Vector to_a(shape.activations), to_h(shape.inner), back_a(shape.activations);
        Vector back_w = Vector::Zero(shape.rows);
        head->activate(x, w, to_a);
        head->activate_adjoint(x, a, back_w);
        CHECK(to_a.dot(a) == doctest::Approx(w.dot(back_w)).epsilon(1e-12));
        head->pool(x, a, to_h);
        head->pool_adjoint(x, h, back_a);
        CHECK(to_h.dot(h) == doctest::Approx(a.dot(back_a)).epsilon(1e-12));
    }
}

TEST_CASE("what an image costs a neuron is what its maps multiply") {
    const auto cost = [](const char* name) {
        const auto head = find(token_heads(), name, "head").make(kSite);
        return std::pair(head->shape().activation_mac, head->shape().pool_mac);
    };
    CHECK(cost("self_attention") == std::pair<int64_t, int64_t>(5 * 4 * 4 + 5 * 5 * 4, 5 * 4));
    CHECK(cost("mlp_mixer") == std::pair<int64_t, int64_t>(5 * 5 * 4, 0));
    CHECK(cost("fno") == std::pair<int64_t, int64_t>(5 * 5 * 4, 0));
    CHECK(cost("b_fno") == std::pair<int64_t, int64_t>(5 * 5 * 2, 0));
    CHECK(cost("mlp") == std::pair<int64_t, int64_t>(5 * 4, 0));
}

TEST_CASE("heads and blocks that do not fit are refused with the choices") {
    CHECK_THROWS_WITH(find(token_heads(), "atention", "heads.heads"), doctest::Contains("heads.heads = `atention`"));
    HeadSite site = kSite;
    site.parts = 3;
    CHECK_THROWS_WITH(find(token_heads(), "b_fno", "heads.heads").make(site),
                      "heads.blocks = 3: b_fno wants blocks that divide 4 channels and 6 classes; choices: 1, 2");
    CHECK_THROWS_WITH(gating_of("softmax", "heads.forms"), "heads.forms = softmax: choices: linear, gated, relu");
}

}  // namespace bispike
