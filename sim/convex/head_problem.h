// What a head is fitted to.
#pragma once

#include <functional>

#include "sim/convex/gated_head.h"
#include "sim/convex/score_loss.h"
#include "sim/convex/token_set.h"

namespace bispike {

/// One problem: min f(scores) + beta * penalty.
struct HeadProblem {
    const GatedHead& head;
    const TokenSet& set;
    const ScoreLoss& loss;
    double beta = 0;
};

/// Called after each iteration (or epoch) with its number from 1 on; may throw to stop.
using OnIteration = std::function<void(int)>;

}  // namespace bispike
