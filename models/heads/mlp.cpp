// mlp: sum_j gate(X w_1j) w_2j^T, each token by itself, the mean over the tokens.
//
//   activate  p = X w [s], w [d]
//   pool      h = 1/s sum_t p[t]
//   convex    Z [d, c], scores = mean over tokens of X Z, rows with their gates
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022; after Pilanci and Ergen, ICML 2020.
#include "models/heads/heads.h"
#include "sim/convex/token_head.h"

namespace bispike {
namespace {

class Mlp : public TokenHead {
public:
    explicit Mlp(const HeadSite& site)
        : TokenHead({.rows = site.channels,
                     .activations = site.tokens,
                     .inner = 1,
                     .activation_mac = site.tokens * site.channels}) {}

    void activate(const MatrixIn& x, const VectorIn& w, VectorOut activations) const override {
        activations.noalias() = x * w;
    }
    void activate_adjoint(const MatrixIn& x, const VectorIn& activations, VectorOut w) const override {
        w.noalias() += x.transpose() * activations;
    }
    void pool(const MatrixIn&, const VectorIn& activations, VectorOut h) const override { h[0] = activations.mean(); }
    void pool_adjoint(const MatrixIn& x, const VectorIn& h, VectorOut activations) const override {
        activations.setConstant(h[0] / static_cast<double>(x.rows()));
    }
};

}  // namespace

Entry<MakeTokenHead> head_mlp() {
    return {"mlp",
            {"MLP on each token: gate(X w1) w2^T", "Sahiner et al., ICML 2022", "O(s d) a neuron"},
            [](const HeadSite& site) -> std::unique_ptr<TokenHead> { return std::make_unique<Mlp>(site); }};
}

}  // namespace bispike
