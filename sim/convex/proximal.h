// The convex problem solved exactly: accelerated proximal gradient with singular-value thresholding.
#pragma once

#include "sim/convex/certificate.h"
#include "sim/convex/design.h"
#include "sim/convex/head_problem.h"
#include "sim/convex/singular_values.h"

namespace bispike {

struct ProximalOptions {
    int iterations = 2000;
    double tolerance = 1e-5;  // stops at this gap, relative to the objective
};

struct ProximalFit {
    std::vector<ThinFactors> factors;  // of Z, a block each
    Certificate certificate;
    int iterations = 0;
};

/// min over Z of f(A Z) + beta sum_b ||Z_b||_* by FISTA (Beck and Teboulle, 2009), with a backtracked step and a
/// restart where the momentum points uphill (O'Donoghue and Candes, 2015). The gap is that of Certificate, at the best
/// dual point seen. `design` is that of the problem.
ProximalFit fit_proximal(const HeadProblem& problem, const Design& design, const ProximalOptions& options,
                         const OnIteration& on_iteration);

}  // namespace bispike
