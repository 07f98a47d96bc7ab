// Distances between the tokens of a grid of patches.
#include "sim/ops/grid_distances.h"

#include <cstdlib>

namespace bispike {

GridDistances::GridDistances(int64_t rows, int64_t columns, bool class_token)
    : count_(rows * columns + (class_token ? 1 : 0)), tokens_(rows * columns + (class_token ? 1 : 0)) {
    const int64_t first = class_token ? 1 : 0;
    for (int64_t i = -first; i < rows * columns; ++i)
        for (int64_t j = -first; j < rows * columns; ++j) {
            const bool patches = i >= 0 && j >= 0;
            of_pairs_.push_back(patches ? std::abs(i / columns - j / columns) * columns +
                                              std::abs(i % columns - j % columns)
                                        : rows * columns);
        }
}

Tensor spread_distances(const Tensor& x, const GridDistances& distances) {
    const int64_t heads = x.shape()[0], n = distances.tokens();
    require_shape(x.shape(), {heads, distances.count()}, "values by distance");
    Tensor out = Tensor::uninitialised({heads, n, n});
    for (int64_t h = 0; h < heads; ++h)
        for (int64_t i = 0; i < n * n; ++i) out[h * n * n + i] = x.row(h)[distances.of_pairs()[static_cast<size_t>(i)]];
    return out;
}

Tensor gather_distances(const Tensor& gradient, const GridDistances& distances) {
    const int64_t heads = gradient.shape()[0], n = distances.tokens();
    require_shape(gradient.shape(), {heads, n, n}, "the gradient of values by pair");
    Tensor out({heads, distances.count()});
    for (int64_t h = 0; h < heads; ++h)
        for (int64_t i = 0; i < n * n; ++i)
            out.row(h)[distances.of_pairs()[static_cast<size_t>(i)]] += gradient[h * n * n + i];
    return out;
}

Tensor mask_scores(Tensor scores, const Tensor& mask, float masked_score) {
    const Shape& s = scores.shape();
    require_shape(mask.shape(), {s[2], s[3], s[4]}, "the mask of the scores");
    for (int64_t at = 0; at < scores.size(); at += mask.size())
        for (int64_t i = 0; i < mask.size(); ++i) scores[at + i] += (1.0f - mask[i]) * masked_score;
    return scores;
}

Tensor mask_scores_backward(const Tensor& gradient, const Shape& mask, float masked_score) {
    Tensor out(mask);
    for (int64_t at = 0; at < gradient.size(); at += out.size())
        for (int64_t i = 0; i < out.size(); ++i) out[i] += gradient[at + i];
    out.scale(-masked_score);
    return out;
}

}  // namespace bispike
