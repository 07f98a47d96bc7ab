// Initial weights with orthonormal columns.
#include "models/layers/orthogonal.h"

#include <cmath>
#include <vector>

namespace bispike {
namespace {

/// `count` vectors of `length` values, value i of vector v at v * step + i * stride.
struct Vectors {
    float* data;
    int64_t count, length, step, stride;

    float& at(int64_t v, int64_t i) const { return data[v * step + i * stride]; }
    double dot(int64_t v, int64_t w) const {
        double sum = 0.0;
        for (int64_t i = 0; i < length; ++i) sum += static_cast<double>(at(v, i)) * at(w, i);
        return sum;
    }
};

/// Gram-Schmidt, each vector twice, which float32 needs.
void orthonormalise(const Vectors& x) {
    for (int64_t v = 0; v < x.count; ++v) {
        for (int64_t w = 0; w < 2 * v; ++w) {
            const double along = x.dot(v, w % v);
            for (int64_t i = 0; i < x.length; ++i) x.at(v, i) -= static_cast<float>(along * x.at(w % v, i));
        }
        const double length = std::sqrt(x.dot(v, v));
        for (int64_t i = 0; i < x.length; ++i) x.at(v, i) = static_cast<float>(x.at(v, i) / length);
    }
}

}  // namespace

Parameter& orthogonal(const Scope& scope, const std::string& name, int64_t count, int64_t rows, int64_t columns) {
    Parameter& p = scope.normal(name, {count, rows, columns}, 1.0f);
    if (scope.build().initial == InitialWeights::zero) return p;
    for (int64_t m = 0; m < count; ++m) {
        float* data = p.value.data() + m * rows * columns;
        orthonormalise(rows >= columns ? Vectors{data, columns, rows, 1, columns}
                                       : Vectors{data, rows, columns, columns, 1});
    }
    return p;
}

}  // namespace bispike
