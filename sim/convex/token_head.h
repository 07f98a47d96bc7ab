// The interface of a two-layer head on frozen tokens.
#pragma once

#include <cstdint>

#include "sim/convex/matrix.h"

namespace bispike {

/// What a head is made for: tokens X [s, d] of an image, scores [c].
struct HeadSite {
    int64_t tokens = 0, channels = 0, outputs = 0;  // s, d, c
    int64_t parts = 1;                              // B, of heads that take channels in parts
};

/// The sizes of one neuron, and what an image costs it [multiply-accumulates].
struct HeadShape {
    int64_t rows = 0;            // values of its first weight w
    int64_t activations = 0;     // of what w makes of an image
    int64_t inner = 0;           // values h that its second weight V [inner, outputs] meets
    int64_t parts = 1;           // blocks of d / parts channels and c / parts outputs, each a head of its own
    int64_t activation_mac = 0;  // w to activations
    int64_t pool_mac = 0;        // activations to h
};

/// Neuron j of a head: scores += h_j V_j, h_j = pool(X, gate_j * activate(X, w_j)). Gates are 0 or 1: all 1 (linear),
/// fixed by frozen weights (gated), or by the sign of the activation (ReLU). With gates fixed, h_j = A(X)^T w_j, so
/// that scores are linear in Z = sum_j w_j V_j^T [rows, inner * outputs], and sum_j (||w_j||^2 + ||V_j||^2) / 2 at its
/// least is the nuclear norm of Z: the convex form (Sahiner et al., "Unraveling Attention via Convex Duality", ICML
/// 2022). `activate` and `pool` are linear in their last inputs; X is the part's channels, [s, d / parts].
class TokenHead {
public:
    explicit TokenHead(const HeadShape& shape) : shape_(shape) {}
    virtual ~TokenHead() = default;
    TokenHead(const TokenHead&) = delete;
    TokenHead& operator=(const TokenHead&) = delete;

    const HeadShape& shape() const { return shape_; }
    virtual void activate(const MatrixIn& x, const VectorIn& w, VectorOut activations) const = 0;
    virtual void pool(const MatrixIn& x, const VectorIn& activations, VectorOut h) const = 0;
    /// The transposed maps.
    virtual void activate_adjoint(const MatrixIn& x, const VectorIn& activations, VectorOut w) const = 0;
    virtual void pool_adjoint(const MatrixIn& x, const VectorIn& h, VectorOut activations) const = 0;

private:
    HeadShape shape_;
};

}  // namespace bispike
