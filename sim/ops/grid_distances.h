// Distances between the tokens of a grid of patches, and what is the same for all pairs of one distance.
#pragma once

#include <vector>

#include "sim/core/tensor.h"

namespace bispike {

/// Pairs of tokens by (|rows apart|, |columns apart|). A class token stands before the patches; its pairs are a
/// distance of their own.
class GridDistances {
public:
    GridDistances(int64_t rows, int64_t columns, bool class_token);
    /// Number of different distances.
    int64_t count() const { return count_; }
    int64_t tokens() const { return tokens_; }
    /// That of each pair [N, N]; 0 is a patch and itself.
    const std::vector<int64_t>& of_pairs() const { return of_pairs_; }

private:
    int64_t count_, tokens_;
    std::vector<int64_t> of_pairs_;
};

/// Values by distance [heads, count] to values by pair [heads, N, N].
Tensor spread_distances(const Tensor& x, const GridDistances& distances);
/// Its gradient: the sum over the pairs of each distance, in order.
Tensor gather_distances(const Tensor& gradient, const GridDistances& distances);

/// scores [t, B, heads, N, N] + (1 - mask) masked_score, mask [heads, N, N].
Tensor mask_scores(Tensor scores, const Tensor& mask, float masked_score);
/// dL/dmask from g = dL/d(result), images in order.
Tensor mask_scores_backward(const Tensor& gradient, const Shape& mask, float masked_score);

}  // namespace bispike
