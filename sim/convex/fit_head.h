// Fitting a head to token features: exactly, by its factors, or as the network that one would train.
#pragma once

#include <optional>

#include "sim/convex/adam.h"
#include "sim/convex/certificate.h"
#include "sim/convex/head_problem.h"
#include "sim/convex/lbfgs.h"
#include "sim/convex/neurons.h"
#include "sim/convex/proximal.h"

namespace bispike {

struct HeadFit {
    Neurons neurons;
    double loss = 0;       // of the images that it was fitted to
    double objective = 0;  // loss + beta times the penalty: the nuclear norms of Z; of a ReLU half the squared weights
    std::optional<Certificate> certificate = {};  // none of a ReLU, which is not convex
    int iterations = 0;                           // or epochs
};

struct FactorOptions {
    int iterations = 1000;
    double tolerance = 1e-4;  // stops at this gap, relative to the objective
};

/// (a) Over Z, by proximal gradient. Not of a ReLU.
HeadFit fit_exact(const HeadProblem& problem, const ProximalOptions& options, const OnIteration& on_iteration);
/// (b) Over `rank` neurons a block, u^T v = Z (Burer and Monteiro, 2003), all images at once, by L-BFGS. With rank
/// enough the least of f + beta sum (|u|^2 + |v|^2) / 2 is that of the convex problem.
HeadFit fit_factors(const HeadProblem& problem, const Design& design, const Neurons& start,
                    const FactorOptions& options, const OnIteration& on_iteration);
/// The same without features in memory: from the tokens, neuron by neuron. Slower, for any size.
HeadFit fit_factors(const HeadProblem& problem, const Neurons& start, const FactorOptions& options,
                    const OnIteration& on_iteration);
/// The same objective by Adam on minibatches, of any gating.
HeadFit fit_network(const HeadProblem& problem, Neurons start, const AdamOptions& options, const OnIteration& on_epoch);
/// One layer, f(A W) + beta |W|_F^2 / 2 over W [rows, outputs], for a linear head of one block: no factors, no ranks.
HeadFit fit_ridge(const HeadProblem& problem, const LbfgsOptions& options, const OnIteration& on_iteration);

/// Scores and objective of neurons, with its certificate where there is one.
HeadFit judged(const HeadProblem& problem, Neurons neurons);

}  // namespace bispike
