// Duality gaps.
#include "sim/convex/certificate.h"

#include <algorithm>

#include "sim/convex/singular_values.h"
#include "sim/core/parallel.h"

namespace bispike {
namespace {

/// Rows (p, c) of column l of A^T L in one block, sum_i A_i[p, l] L_i[c]: each by one task, in the order of the images.
Matrix adjoint_slice(const GatedHead& head, const TokenSet& set, const Matrix& dual, const HeadBlock& block,
                     int64_t l) {
    Matrix slice = Matrix::Zero(block.rows, block.outputs);
    Vector column(block.rows);
    for (int64_t i = 0; i < set.size(); ++i) {
        const auto part = GatedHead::part_of(set.image(i), block);
        column.setZero();
        head.add_feature(part, head.gates(part, block), l, column);
        slice.noalias() += column * dual.row(i).segment(block.first_output, block.outputs);
    }
    return slice;
}

}  // namespace

double dual_norm(const GatedHead& head, const TokenSet& set, const Matrix& dual) {
    const auto& blocks = head.blocks();
    std::vector<Matrix> adjoint;
    for (const HeadBlock& block : blocks) adjoint.emplace_back(block.rows, block.columns());
    const int64_t inner = head.shape().inner;
    parallel_for(static_cast<int64_t>(blocks.size()) * inner, [&](int64_t task) {
        const HeadBlock& block = blocks[static_cast<size_t>(task / inner)];
        const int64_t l = task % inner;
        adjoint[static_cast<size_t>(task / inner)].middleCols(l * block.outputs, block.outputs) =
            adjoint_slice(head, set, dual, block, l);
    });
    std::vector<double> norms(blocks.size());
    parallel_for(static_cast<int64_t>(blocks.size()),
                 [&](int64_t b) { norms[static_cast<size_t>(b)] = spectral_norm(adjoint[static_cast<size_t>(b)]); });
    return *std::ranges::max_element(norms);
}

Certificate certify(const GatedHead& head, const TokenSet& set, const ScoreLoss& loss, const Matrix& scores,
                    double beta, double nuclear) {
    const Matrix dual = loss.gradient(scores, set.labels);
    return {.objective = loss.value(scores, set.labels) + beta * nuclear,
            .bound = loss.dual(dual, set.labels, beta / dual_norm(head, set, dual))};
}

double largest_beta(const GatedHead& head, const TokenSet& set, const ScoreLoss& loss) {
    const Matrix none = Matrix::Zero(set.size(), set.classes);
    return dual_norm(head, set, loss.gradient(none, set.labels));
}

}  // namespace bispike
