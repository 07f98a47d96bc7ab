// Shiftmax: attention weights that are powers of two.
#include "sim/ops/shiftmax.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

namespace bispike {
namespace {

/// 2^n as float32: a shift of the exponent field, but for subnormal and larger-than-float results.
float power_of_two(int64_t n) {
    if (n >= -126 && n <= 127) return std::bit_cast<float>(static_cast<uint32_t>(n + 127) << 23);
    return std::ldexp(1.0f, static_cast<int>(std::clamp<int64_t>(n, -1000, 1000)));
}

/// ceil(c / 2^gap), c >= 1.
uint64_t shift_up(uint64_t c, uint32_t gap) { return gap > 63 ? 1 : ((c - 1) >> gap) + 1; }

/// The row as integers; false if it holds anything else (or an integer too large to be a score).
bool integers(const float* x, std::vector<int32_t>& to) {
    constexpr float kLimit = 1 << 24;
    for (size_t j = 0; j < to.size(); ++j) {
        if (!(std::abs(x[j]) <= kLimit)) return false;
        to[j] = static_cast<int32_t>(x[j]);
        if (static_cast<float>(to[j]) != x[j]) return false;
    }
    return true;
}

void exact_row(const std::vector<int32_t>& x, float* to) {
    const int64_t gamma = exact_gamma(x);
    for (size_t j = 0; j < x.size(); ++j) to[j] = power_of_two(x[j] - gamma);
}

/// 2^(x_j - top), and its sum by one float32 chain in index order.
float powers(const float* x, int64_t n, float top, float* to) {
    float sum = 0.0f;
    for (int64_t j = 0; j < n; ++j) sum += to[j] = std::exp2(x[j] - top);
    return sum;
}

/// ceil(log2 sum), with nothing rounded after the sum.
int ceiling_of_log2(float sum) {
    int exponent = 0;
    return std::frexp(sum, &exponent) == 0.5f ? exponent - 1 : exponent;
}

void float_row(const float* x, int64_t n, float* to) {
    const float top = std::ceil(*std::max_element(x, x + n));  // an integer, so that gamma is one
    const float share = power_of_two(-ceiling_of_log2(powers(x, n, top, to)));
    for (int64_t j = 0; j < n; ++j) to[j] *= share;
}

void smooth_row(const float* x, int64_t n, float* to) {
    const float sum = powers(x, n, *std::max_element(x, x + n), to);
    for (int64_t j = 0; j < n; ++j) to[j] /= sum;
}

}  // namespace

int64_t exact_gamma(std::span<const int32_t> x) {
    const auto [low, high] = std::ranges::minmax(x);
    const int64_t range = int64_t{high} - low;
    if (range + std::bit_width(x.size()) > 63) return exact_gamma_reference(x);
    uint64_t sum = 0;  // of 2^(x_j - low): fits, and loses nothing
    for (int32_t v : x) sum += uint64_t{1} << (v - low);
    return low + std::bit_width(sum - 1);
}

/// Rounding up commutes with adding integers and with halving, so the partial sum may be rounded up to the grid of the
/// next larger term; at the largest term, 2^m >= sum just where 2^m >= the rounded sum.
int64_t exact_gamma_reference(std::span<const int32_t> x) {
    std::vector<int32_t> sorted(x.begin(), x.end());
    std::ranges::sort(sorted);
    uint64_t carry = 1;  // the sum so far in units of 2^level
    int32_t level = sorted[0];
    for (size_t j = 1; j < sorted.size(); ++j) {
        carry = shift_up(carry, static_cast<uint32_t>(sorted[j] - level)) + 1;
        level = sorted[j];
    }
    return level + std::bit_width(carry - 1);
}

Tensor shiftmax_reference(const Tensor& x) {
    Tensor out(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r) {
        const std::vector<int32_t> row(x.row(r), x.row(r) + x.channels());
        const int64_t gamma = exact_gamma_reference(row);
        for (size_t j = 0; j < row.size(); ++j) out.row(r)[j] = std::ldexp(1.0f, static_cast<int>(row[j] - gamma));
    }
    return out;
}

Tensor shiftmax(const Tensor& x, Gamma gamma) {
    Tensor out = Tensor::uninitialised(x.shape());
    const int64_t n = x.channels();
    std::vector<int32_t> row(static_cast<size_t>(n));
    for (int64_t r = 0; r < x.rows(); ++r) {
        if (gamma == Gamma::smooth)
            smooth_row(x.row(r), n, out.row(r));
        else if (gamma == Gamma::exact && integers(x.row(r), row))
            exact_row(row, out.row(r));
        else
            float_row(x.row(r), n, out.row(r));
    }
    return out;
}

Tensor shiftmax_backward(const Tensor& weights, const Tensor& gradient) {
    require_shape(gradient.shape(), weights.shape(), "the gradient of the attention weights");
    constexpr float kLn2 = std::numbers::ln2_v<float>;
    Tensor out = Tensor::uninitialised(weights.shape());
    const int64_t n = weights.channels();
    for (int64_t r = 0; r < weights.rows(); ++r) {
        const float *a = weights.row(r), *g = gradient.row(r);
        float sum = 0.0f, dot = 0.0f;
        for (int64_t j = 0; j < n; ++j) sum += a[j], dot += g[j] * a[j];
        const float mean = dot / sum;
        for (int64_t j = 0; j < n; ++j) out.row(r)[j] = kLn2 * a[j] * (g[j] - mean);
    }
    return out;
}

}  // namespace bispike
