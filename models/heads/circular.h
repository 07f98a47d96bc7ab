// The head whose neurons are circular convolutions along the tokens: what fno and b_fno have in common.
//
//   activate  p[t] = sum_u sum_l X[(t - u) mod s, l] w[u, l] = circ(X) w, w [s, d]: ifft(sum_l fft(X_l) fft(w_l))
//   pool      h = 1/s sum_t p[t]
//   convex    Z_b [s d / B, c / B] for each part, scores_b = mean over tokens of circ(X_b) Z_b, rows with their gates
#pragma once

#include "sim/convex/token_head.h"

namespace bispike {

class CircularHead : public TokenHead {
public:
    CircularHead(const HeadSite& site, int64_t parts)
        : TokenHead({.rows = site.tokens * site.channels / parts,
                     .activations = site.tokens,
                     .inner = 1,
                     .parts = parts,
                     .activation_mac = site.tokens * site.tokens * site.channels / parts}) {}

    void activate(const MatrixIn& x, const VectorIn& w, VectorOut activations) const override {
        const int64_t s = x.rows();
        activations.setZero();
        for (int64_t u = 0; u < s; ++u) {
            const auto column = w.segment(u * x.cols(), x.cols());
            activations.tail(s - u).noalias() += x.topRows(s - u) * column;
            activations.head(u).noalias() += x.bottomRows(u) * column;
        }
    }
    void activate_adjoint(const MatrixIn& x, const VectorIn& activations, VectorOut w) const override {
        const int64_t s = x.rows();
        for (int64_t u = 0; u < s; ++u) {
            auto column = w.segment(u * x.cols(), x.cols());
            column.noalias() += x.topRows(s - u).transpose() * activations.tail(s - u);
            column.noalias() += x.bottomRows(u).transpose() * activations.head(u);
        }
    }
    void pool(const MatrixIn&, const VectorIn& activations, VectorOut h) const override { h[0] = activations.mean(); }
    void pool_adjoint(const MatrixIn& x, const VectorIn& h, VectorOut activations) const override {
        activations.setConstant(h[0] / static_cast<double>(x.rows()));
    }
};

}  // namespace bispike
