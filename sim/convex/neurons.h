// A head as its neurons, first weights and second weights, evaluated like any network. With fixed gates they are the
// Burer-Monteiro factors of the convex problem, Z = u^T v.
#pragma once

#include <span>

#include "sim/convex/gated_head.h"
#include "sim/convex/score_loss.h"
#include "sim/convex/singular_values.h"
#include "sim/convex/token_set.h"

namespace bispike {

/// Of each block of a head: u [rank, rows] first weights, v [rank, inner * outputs] second ones, a neuron each row.
using Neurons = std::vector<ThinFactors>;

/// `rank` neurons a block, drawn from a normal distribution of half the width that keeps variances.
Neurons initial_neurons(const GatedHead& head, int64_t rank, uint64_t seed);

/// Scores of all images, [images, classes].
Matrix scores_of(const GatedHead& head, const TokenSet& set, const Neurons& neurons);

struct Slope {
    double loss = 0;   // mean over the samples
    Neurons gradient;  // of it
};
/// Loss of the samples and its gradient. A ReLU's gates count as fixed: they move on a set of measure 0 alone. The same
/// bits for any number of threads.
Slope slope_of(const GatedHead& head, const TokenSet& set, std::span<const int64_t> samples, const ScoreLoss& loss,
               const Neurons& neurons);

/// sum over the blocks of ||u^T v||_*.
double nuclear_norm(const Neurons& neurons);
/// sum of (|u|^2 + |v|^2) / 2, which is no less.
double decay_of(const Neurons& neurons);

/// All weights in one vector, and back into the shapes of `like`.
Vector flat(const Neurons& neurons);
Neurons shaped(const Vector& weights, const Neurons& like);

}  // namespace bispike
