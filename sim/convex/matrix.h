// Matrices of the convex solvers: double precision, row-major.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace bispike {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;
using MatrixMap = Eigen::Map<Matrix>;
using ConstMatrixMap = Eigen::Map<const Matrix>;

/// To look at without a copy: also rows of a block of columns.
using MatrixIn = Eigen::Ref<const Matrix>;
using VectorIn = Eigen::Ref<const Vector>;
using VectorOut = Eigen::Ref<Vector>;

}  // namespace bispike
