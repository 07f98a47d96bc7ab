// mlp_mixer: sum_j gate(W_1j X) W_2j, an MLP along the tokens, the mean over the tokens.
//
//   activate  P = W X [s, d], W [s, s]
//   pool      h = 1/s sum_t P[t]
//   convex    Z [s^2, d c], scores = 1/s sum_{k,l} X[k, l] Z^(k,l), rows with their gates
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022; after Tolstikhin et al.,
// NeurIPS 2021.
#include "models/heads/heads.h"
#include "sim/convex/token_head.h"

namespace bispike {
namespace {

class MlpMixer : public TokenHead {
public:
    explicit MlpMixer(const HeadSite& site)
        : TokenHead({.rows = site.tokens * site.tokens,
                     .activations = site.tokens * site.channels,
                     .inner = site.channels,
                     .activation_mac = site.tokens * site.tokens * site.channels}) {}

    void activate(const MatrixIn& x, const VectorIn& w, VectorOut activations) const override {
        MatrixMap(activations.data(), x.rows(), x.cols()).noalias() = ConstMatrixMap(w.data(), x.rows(), x.rows()) * x;
    }
    void activate_adjoint(const MatrixIn& x, const VectorIn& activations, VectorOut w) const override {
        MatrixMap(w.data(), x.rows(), x.rows()).noalias() +=
            ConstMatrixMap(activations.data(), x.rows(), x.cols()) * x.transpose();
    }
    void pool(const MatrixIn& x, const VectorIn& activations, VectorOut h) const override {
        h = ConstMatrixMap(activations.data(), x.rows(), x.cols()).colwise().mean().transpose();
    }
    void pool_adjoint(const MatrixIn& x, const VectorIn& h, VectorOut activations) const override {
        MatrixMap(activations.data(), x.rows(), x.cols()).rowwise() = h.transpose() / static_cast<double>(x.rows());
    }
};

}  // namespace

Entry<MakeTokenHead> head_mlp_mixer() {
    return {"mlp_mixer",
            {"MLP along the tokens: gate(W1 X) W2", "Sahiner et al., ICML 2022", "O(s^2 d) a neuron"},
            [](const HeadSite& site) -> std::unique_ptr<TokenHead> { return std::make_unique<MlpMixer>(site); }};
}

}  // namespace bispike
