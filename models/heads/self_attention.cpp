// self_attention: sum_j gate(X W_1j X^T) X W_2j, without softmax, the mean over the tokens.
//
//   activate  P = X W X^T [s, s], W [d, d]
//   pool      h = 1/s^2 sum_t sum_u P[t, u] X[u]: once 1/s for the mean, once to keep P's sums in bounds
//   convex    Z [d^2, d c], scores = 1/s^2 sum_{k,l} G^(k,l) X Z^(k,l), where G = X^T X, or with gates
//             G_j^(k,l) = diag_t(sum_u gate_j[t, u] X[u, k] X[u, l]), and Z^(k,l) = sum_j W_1j[:, k] W_2j[l, :]
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022.
#include "models/heads/heads.h"
#include "sim/convex/token_head.h"

namespace bispike {
namespace {

class SelfAttention : public TokenHead {
public:
    explicit SelfAttention(const HeadSite& site)
        : TokenHead({.rows = site.channels * site.channels,
                     .activations = site.tokens * site.tokens,
                     .inner = site.channels,
                     .activation_mac = site.tokens * site.channels * (site.channels + site.tokens),
                     .pool_mac = site.tokens * site.channels}) {}

    void activate(const MatrixIn& x, const VectorIn& w, VectorOut activations) const override {
        MatrixMap(activations.data(), x.rows(), x.rows()).noalias() = x * square(w, x.cols()) * x.transpose();
    }
    void activate_adjoint(const MatrixIn& x, const VectorIn& activations, VectorOut w) const override {
        MatrixMap(w.data(), x.cols(), x.cols()).noalias() += x.transpose() * square(activations, x.rows()) * x;
    }
    void pool(const MatrixIn& x, const VectorIn& activations, VectorOut h) const override {
        h.noalias() = x.transpose() * square(activations, x.rows()).colwise().sum().transpose() * scale(x);
    }
    void pool_adjoint(const MatrixIn& x, const VectorIn& h, VectorOut activations) const override {
        const Vector row = x * h * scale(x);
        MatrixMap(activations.data(), x.rows(), x.rows()).rowwise() = row.transpose();
    }

private:
    static ConstMatrixMap square(const VectorIn& v, int64_t side) { return {v.data(), side, side}; }
    static double scale(const MatrixIn& x) { return 1.0 / static_cast<double>(x.rows() * x.rows()); }
};

}  // namespace

Entry<MakeTokenHead> head_self_attention() {
    return {
        "self_attention",
        {"self-attention without softmax: gate(X W1 X^T) X W2", "Sahiner et al., ICML 2022", "O(s d (s + d)) a neuron"},
        [](const HeadSite& site) -> std::unique_ptr<TokenHead> { return std::make_unique<SelfAttention>(site); }};
}

}  // namespace bispike
