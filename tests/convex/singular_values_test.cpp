// Norms of singular values and the proximal map of the nuclear norm.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/convex/singular_values.h"
#include "tests/heads/random_tokens.h"

namespace bispike {

TEST_CASE("norms of a matrix whose singular values are known") {
    Matrix z(2, 3);
    z << 3, 0, 0, 0, 0, -4;
    CHECK(nuclear_norm(z) == doctest::Approx(7));
    CHECK(nuclear_norm(Matrix(z.transpose())) == doctest::Approx(7));
    CHECK(spectral_norm(z) == doctest::Approx(4));
    const Shrunk less = shrink(z, 3.5);
    CHECK(less.factors.u.rows() == 1);
    CHECK(less.nuclear == doctest::Approx(0.5));
    Matrix expected = Matrix::Zero(2, 3);
    expected(1, 2) = -0.5;
    CHECK((less.matrix() - expected).norm() < 1e-14);
    CHECK(shrink(z, 5).factors.u.rows() == 0);
    CHECK(shrink(z, 5).matrix().norm() == 0);
}

TEST_CASE("shrinking is optimal: z - z' is threshold times a subgradient of the nuclear norm at z'") {
    for (const auto& [rows, columns] : {std::pair(7, 4), std::pair(4, 9)}) {
        const Matrix z = random_matrix(rows, columns, 4);
        const double threshold = 1.3;
        const Shrunk less = shrink(z, threshold);
        const Matrix rest = z - less.matrix();
        CHECK(less.nuclear > 0);
        CHECK(spectral_norm(rest) <= threshold * (1 + 1e-12));
        CHECK(rest.cwiseProduct(less.matrix()).sum() == doctest::Approx(threshold * less.nuclear).epsilon(1e-12));
        CHECK(nuclear_norm(less.matrix()) == doctest::Approx(less.nuclear).epsilon(1e-12));
    }
}

TEST_CASE("the nuclear norm is the least of the factors' penalty, met by even factors") {
    const Matrix z = random_matrix(6, 4, 4);
    const ThinFactors even = shrink(z, 0).factors;
    CHECK((even.u.transpose() * even.v - z).norm() < 1e-12);
    CHECK((even.u.squaredNorm() + even.v.squaredNorm()) / 2 == doctest::Approx(nuclear_norm(z)).epsilon(1e-12));
    const Vector stretch = Vector::LinSpaced(4, 0.5, 2);  // other factors of the same z
    const Matrix u = stretch.asDiagonal() * even.u, v = stretch.cwiseInverse().asDiagonal() * even.v;
    CHECK((u.transpose() * v - z).norm() < 1e-10);
    CHECK((u.squaredNorm() + v.squaredNorm()) / 2 > nuclear_norm(z) * 1.01);
    CHECK(nuclear_norm(u, v) == doctest::Approx(nuclear_norm(z)).epsilon(1e-10));
    CHECK(nuclear_norm(u.topRows(2), v.topRows(2)) ==
          doctest::Approx(nuclear_norm(Matrix(u.topRows(2).transpose() * v.topRows(2)))).epsilon(1e-10));
}

}  // namespace bispike
