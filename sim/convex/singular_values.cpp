// Singular values.
#include "sim/convex/singular_values.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <cmath>

namespace bispike {
namespace {

using Columns = Eigen::MatrixXd;
using Svd = Eigen::BDCSVD<Columns>;

/// The square R of z = Q R, for a z at least as high as wide: it has z's singular values.
Columns triangle(const Eigen::HouseholderQR<Columns>& qr) {
    const auto n = qr.matrixQR().cols();
    return qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
}

Shrunk shrink_high(const Columns& z, double threshold) {
    const Eigen::HouseholderQR<Columns> qr(z);
    const Svd svd(triangle(qr), Eigen::ComputeFullU | Eigen::ComputeFullV);
    const Vector& values = svd.singularValues();  // from the largest down
    Eigen::Index rank = 0;
    while (rank < values.size() && values[rank] > threshold) ++rank;
    const Vector left = values.head(rank).array() - threshold, root = left.cwiseSqrt();
    Columns u = Columns::Zero(z.rows(), rank);
    u.topRows(z.cols()) = svd.matrixU().leftCols(rank) * root.asDiagonal();
    u.applyOnTheLeft(qr.householderQ());
    return {.factors = {u.transpose(), root.asDiagonal() * svd.matrixV().leftCols(rank).transpose()},
            .nuclear = left.sum()};
}

/// Singular values of a small matrix.
double sum_of_values(const Columns& z) { return Svd(z).singularValues().sum(); }

}  // namespace

Shrunk shrink(const Matrix& z, double threshold) {
    if (z.rows() >= z.cols()) return shrink_high(z, threshold);
    Shrunk turned = shrink_high(z.transpose(), threshold);
    return {.factors = {std::move(turned.factors.v), std::move(turned.factors.u)}, .nuclear = turned.nuclear};
}

double nuclear_norm(const Matrix& z) {
    if (z.rows() < z.cols()) return nuclear_norm(Matrix(z.transpose()));
    return sum_of_values(triangle(Eigen::HouseholderQR<Columns>(z)));
}

double nuclear_norm(const MatrixIn& u, const MatrixIn& v) {
    if (u.rows() >= u.cols() || u.rows() >= v.cols()) return nuclear_norm(Matrix(u.transpose() * v));
    const Eigen::HouseholderQR<Columns> qu(u.transpose()), qv(v.transpose());
    return sum_of_values(triangle(qu) * triangle(qv).transpose());
}

double spectral_norm(const Matrix& z) {
    if (z.size() == 0) return 0;
    const Columns gram = z.rows() < z.cols() ? Columns(z * z.transpose()) : Columns(z.transpose() * z);
    const Eigen::SelfAdjointEigenSolver<Columns> solver(gram, Eigen::EigenvaluesOnly);
    return std::sqrt(std::max(0.0, solver.eigenvalues().maxCoeff()));
}

}  // namespace bispike
