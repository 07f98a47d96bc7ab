// The singular value decomposition of a small matrix, for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace bispike {

/// Row-major, zero at first.
class Matrix {
public:
    Matrix(int64_t rows, int64_t columns) : columns_(columns), values_(static_cast<size_t>(rows * columns)) {}
    double& operator()(int64_t r, int64_t c) { return values_[static_cast<size_t>(r * columns_ + c)]; }
    double operator()(int64_t r, int64_t c) const { return values_[static_cast<size_t>(r * columns_ + c)]; }
    int64_t columns() const { return columns_; }
    int64_t rows() const { return static_cast<int64_t>(values_.size()) / columns_; }

private:
    int64_t columns_;
    std::vector<double> values_;
};

/// K = left diag(values) right^T, the largest value first; vectors of values near 0 mean nothing.
struct SingularValues {
    std::vector<double> values;
    Matrix left, right;
};

/// One-sided Jacobi rotations (Hestenes 1958): columns of K V become orthogonal.
inline SingularValues singular_values(Matrix k) {
    const int64_t n = k.columns();
    Matrix v(n, n);
    for (int64_t i = 0; i < n; ++i) v(i, i) = 1.0;
    const auto product = [&](int64_t a, int64_t b) {
        double sum = 0.0;
        for (int64_t r = 0; r < k.rows(); ++r) sum += k(r, a) * k(r, b);
        return sum;
    };
    const auto rotate = [](Matrix& m, int64_t a, int64_t b, double c, double s) {
        for (int64_t r = 0; r < m.rows(); ++r) {
            const double x = m(r, a), y = m(r, b);
            m(r, a) = c * x - s * y, m(r, b) = s * x + c * y;
        }
    };
    for (int sweep = 0; sweep < 60; ++sweep)
        for (int64_t a = 0; a < n; ++a)
            for (int64_t b = a + 1; b < n; ++b) {
                const double angle = 0.5 * std::atan2(2.0 * product(a, b), product(b, b) - product(a, a));
                rotate(k, a, b, std::cos(angle), std::sin(angle)), rotate(v, a, b, std::cos(angle), std::sin(angle));
            }
    std::vector<int64_t> order(static_cast<size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](int64_t a, int64_t b) { return product(a, a) > product(b, b); });
    SingularValues out{{}, Matrix(k.rows(), n), Matrix(n, n)};
    for (int64_t to = 0; to < n; ++to) {
        const int64_t from = order[static_cast<size_t>(to)];
        out.values.push_back(std::sqrt(product(from, from)));
        for (int64_t r = 0; r < k.rows(); ++r) out.left(r, to) = k(r, from) / out.values.back();
        for (int64_t r = 0; r < n; ++r) out.right(r, to) = v(r, from);
    }
    return out;
}

}  // namespace bispike
