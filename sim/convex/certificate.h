// How far a head is from the best of its convex problem, at most.
#pragma once

#include <functional>

#include "sim/convex/gated_head.h"
#include "sim/convex/score_loss.h"
#include "sim/convex/token_set.h"

namespace bispike {

/// min over Z of f(A Z) + beta sum_b ||Z_b||_*. For any L [images, classes] with ||(A^T L)_b||_2 <= beta in every
/// block b, -f*(L) is a lower bound of it (Fenchel duality: the conjugate of beta ||.||_* is 0 where the spectral norm
/// is at most beta, else infinite). L is the gradient of f at the scores, scaled down until that holds; at the best Z
/// the scale is 1 and the bound is met. So the gap is honest for every Z, however it was found.
struct Certificate {
    double objective = 0, bound = 0;
    double gap() const { return objective - bound; }
    double relative_gap() const { return gap() / objective; }
};

/// ||A^T L||: the largest spectral norm of the blocks of A^T L.
double dual_norm(const GatedHead& head, const TokenSet& set, const Matrix& dual);

/// Certifies scores [images, classes] whose Z has the nuclear norms that sum to `nuclear`.
Certificate certify(const GatedHead& head, const TokenSet& set, const ScoreLoss& loss, const Matrix& scores,
                    double beta, double nuclear);

/// The least beta for which Z = 0 is best.
double largest_beta(const GatedHead& head, const TokenSet& set, const ScoreLoss& loss);

}  // namespace bispike
