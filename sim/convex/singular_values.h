// Singular values: the nuclear norm, its proximal map and its dual norm.
#pragma once

#include "sim/convex/matrix.h"

namespace bispike {

/// z = u^T v with the singular values shared evenly: u [rank, rows], v [rank, columns].
struct ThinFactors {
    Matrix u, v;
};

struct Shrunk {
    ThinFactors factors;  // of the values left
    double nuclear = 0;   // their sum

    Matrix matrix() const { return factors.u.transpose() * factors.v; }
};

/// Every singular value of z less `threshold`, and no less than 0: the z' with the least |z' - z|_F^2 / 2 +
/// threshold ||z'||_*.
Shrunk shrink(const Matrix& z, double threshold);
double nuclear_norm(const Matrix& z);
/// That of u^T v, without the product.
double nuclear_norm(const MatrixIn& u, const MatrixIn& v);
/// The largest singular value.
double spectral_norm(const Matrix& z);

}  // namespace bispike
