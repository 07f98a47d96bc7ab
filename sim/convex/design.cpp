// The linear map from Z to scores.
#include "sim/convex/design.h"

#include <algorithm>

#include "sim/core/parallel.h"

namespace bispike {
namespace {

constexpr int64_t kImages = 128;  // of a task; fixed, so that sums do not depend on the threads
constexpr int64_t kFeatures = 512;
constexpr int kPowerSteps = 20;

int64_t pieces(int64_t size, int64_t each) { return (size + each - 1) / each; }

}  // namespace

Design::Design(const GatedHead& head, const TokenSet& set)
    : blocks_(head.blocks()), images_(set.size()), classes_(set.classes) {
    for (const HeadBlock& b : blocks_) features_.emplace_back(images_, b.rows * b.inner);
    parallel_for(images_, [&](int64_t i) {
        for (size_t b = 0; b < blocks_.size(); ++b) {
            const Matrix a = head.features(set.image(i), blocks_[b]);
            features_[b].row(i) = Eigen::Map<const Eigen::RowVectorXd>(a.data(), a.size());
        }
    });
}

int64_t Design::values(const GatedHead& head, int64_t images) {
    int64_t sum = 0;
    for (const HeadBlock& b : head.blocks()) sum += images * b.rows * b.inner;
    return sum;
}

Blocks Design::zero() const {
    Blocks z;
    for (const HeadBlock& b : blocks_) z.push_back(Matrix::Zero(b.rows, b.columns()));
    return z;
}

Matrix Design::scores(const Blocks& z) const {
    Matrix all = Matrix::Zero(images_, classes_);
    parallel_for(pieces(images_, kImages), [&](int64_t task) {
        const int64_t first = task * kImages, count = std::min(kImages, images_ - first);
        for (size_t b = 0; b < blocks_.size(); ++b) {
            const ConstMatrixMap view(z[b].data(), blocks_[b].rows * blocks_[b].inner, blocks_[b].outputs);
            all.block(first, blocks_[b].first_output, count, blocks_[b].outputs).noalias() +=
                features_[b].middleRows(first, count) * view;
        }
    });
    return all;
}

Blocks Design::adjoint(const Matrix& dual) const {
    Blocks all = zero();
    for (size_t b = 0; b < blocks_.size(); ++b) {
        const HeadBlock& block = blocks_[b];
        const int64_t size = block.rows * block.inner;
        MatrixMap view(all[b].data(), size, block.outputs);
        parallel_for(pieces(size, kFeatures), [&](int64_t task) {
            const int64_t first = task * kFeatures, count = std::min(kFeatures, size - first);
            view.middleRows(first, count).noalias() =
                features_[b].middleCols(first, count).transpose() * dual.middleCols(block.first_output, block.outputs);
        });
    }
    return all;
}

double Design::squared_norm() const {
    Matrix dual = Matrix::Constant(images_, classes_, 1.0);
    for (int64_t i = 0; i < images_; ++i) dual(i, i % classes_) = -1.0;
    double norm = 0;
    for (int step = 0; step < kPowerSteps; ++step) {
        dual /= dual.norm();
        dual = scores(adjoint(dual));
        norm = dual.norm();
        if (norm == 0) return 0;
    }
    return norm;
}

}  // namespace bispike
