// The weighted sum over values with circulant weights, token by token.
#include "sim/ops/circulant.h"

#include <algorithm>

#include "sim/ops/circulant_heads.h"
#include "sim/ops/small_product.h"

namespace bispike {
namespace {

/// The weights of a head, twice in a row: A_ij = a[(j - i) mod N] is their entry N - i + j, so that the matrix is a
/// view of them.
class TurnedWeights {
public:
    explicit TurnedWeights(int64_t tokens) : tokens_(tokens), twice_(static_cast<size_t>(2 * tokens)) {}
    StridedMatrix operator()(const float* weights) {
        std::copy_n(weights, tokens_, twice_.begin());
        std::copy_n(weights, tokens_, twice_.begin() + tokens_);
        return {twice_.data() + tokens_, tokens_, tokens_, -1, 1};
    }

private:
    int64_t tokens_;
    AlignedVector<float> twice_;
};

StridedMatrix slice(const Tensor& x, const Heads& s, int64_t at) {
    return {x.data() + at, s.tokens, s.width, s.channels(), 1};
}

constexpr int64_t kRows = 64;  // of the products of gradients with values that are kept at once

/// sum_ic g_ic v_[(i + k) mod N]c for each k, rows i in order.
void add_diagonals(SmallProduct& multiply, const StridedMatrix& g, const StridedMatrix& v,
                   AlignedVector<float>& scratch, float* sums) {
    const int64_t n = g.rows;
    std::fill_n(sums, n, 0.0f);
    scratch.resize(static_cast<size_t>(kRows * n));
    for (int64_t first = 0; first < n; first += kRows) {
        const int64_t rows = std::min(kRows, n - first);
        multiply({g.data + first * g.row_step, rows, g.columns, g.row_step, 1}, v.transposed(), scratch.data(), n);
        for (int64_t i = 0; i < rows; ++i) {
            const float* row = scratch.data() + i * n;
            const int64_t turn = first + i;
            for (int64_t j = turn; j < n; ++j) sums[j - turn] += row[j];
            for (int64_t j = 0; j < turn; ++j) sums[j - turn + n] += row[j];
        }
    }
}

}  // namespace

Tensor circulant_gather(const Tensor& weights, const Tensor& v) {
    const Heads s = circulant_heads(weights.shape(), v.shape());
    Tensor out = Tensor::uninitialised(v.shape());
    SmallProduct multiply;
    TurnedWeights turned(s.tokens);
    for_each_circulant(s, [&](int64_t row, int64_t at) {
        multiply(turned(weights.row(row)), slice(v, s, at), out.data() + at, s.channels());
    });
    return out;
}

CirculantGradient circulant_gather_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient) {
    const Heads s = circulant_heads(weights.shape(), v.shape());
    require_shape(gradient.shape(), v.shape(), "the gradient of the circulant mix");
    CirculantGradient d{Tensor::uninitialised(weights.shape()), Tensor::uninitialised(v.shape())};
    SmallProduct multiply;
    TurnedWeights turned(s.tokens);
    AlignedVector<float> scratch;
    for_each_circulant(s, [&](int64_t row, int64_t at) {
        const StridedMatrix g = slice(gradient, s, at);
        multiply(turned(weights.row(row)).transposed(), g, d.v.data() + at, s.channels());
        add_diagonals(multiply, g, slice(v, s, at), scratch, d.weights.row(row));
    });
    return d;
}

OpCount circulant_gather_count(const Shape& weights, const Shape& v) {
    const uint64_t dense = circulant_heads(weights, v).dense();
    return {.mac = dense, .dense = dense};
}

Tensor circulant_matrix(const Tensor& weights) {
    const Shape& s = weights.shape();
    const int64_t n = s[3];
    Tensor out = Tensor::uninitialised({s[0], s[1], s[2], n, n});
    for (int64_t r = 0; r < out.rows(); ++r) {
        const float* a = weights.row(r / n);
        const int64_t turn = r % n;
        std::copy_n(a, n - turn, out.row(r) + turn);
        std::copy_n(a + n - turn, turn, out.row(r));
    }
    return out;
}

Tensor circulant_reference(const Tensor& weights, const Tensor& v) {
    const Heads s = circulant_heads(weights.shape(), v.shape());
    Tensor out(v.shape());
    for_each_circulant(s, [&](int64_t row, int64_t at) {
        for (int64_t i = 0; i < s.tokens; ++i)
            for (int64_t c = 0; c < s.width; ++c) {
                double sum = 0.0;
                for (int64_t k = 0; k < s.tokens; ++k)
                    sum += static_cast<double>(weights.row(row)[k]) * v[at + (i + k) % s.tokens * s.channels() + c];
                out[at + i * s.channels() + c] = static_cast<float>(sum);
            }
    });
    return out;
}

}  // namespace bispike
