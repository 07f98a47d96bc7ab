// Shiftmax: attention weights that are powers of two (Wang et al., NeurIPS 2025, eqs. 13 and 14).
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/tensor.h"

namespace bispike {

/// How the row's exponent gamma = ceil(log2 sum_j 2^x_j) is found.
enum class Gamma {
    exact,   // in integers: row sums lie in (1/2, 1]
    fp32,    // from a float32 sum, which loses terms 2^24 below the largest: a peaked row may then sum up to 2
    smooth,  // without the ceiling: the function that the gradient belongs to, for gradient checks
};

/// a_j = 2^(x_j - gamma) along the last axis; x and the result [..., N]. Scores of spikes are integers; a row that
/// holds another value cannot be exact and is done in float32.
Tensor shiftmax(const Tensor& x, Gamma gamma);
/// Straight through the ceiling: da_i/dx_j = ln 2 a_i (delta_ij - p_j), p_j = 2^x_j / sum_i 2^x_i = a_j / sum_i a_i.
Tensor shiftmax_backward(const Tensor& weights, const Tensor& gradient);

/// ceil(log2 sum_j 2^x_j), exact for any integers. x is not empty.
int64_t exact_gamma(std::span<const int32_t> x);
/// Plain reference of exact_gamma(): binary addition with carry, from the smallest term up.
int64_t exact_gamma_reference(std::span<const int32_t> x);
/// Plain reference of shiftmax() with the exact gamma, for a tensor of integers.
Tensor shiftmax_reference(const Tensor& x);

}  // namespace bispike
