// The small dense matrix products inside an attention head: tokens by tokens, tokens by channels.
#pragma once

#include "sim/core/aligned.h"

namespace bispike {

/// Values in somebody's memory with a step for each axis, so that a head's slice or a transpose is no copy.
struct StridedMatrix {
    const float* data;
    int64_t rows, columns;
    int64_t row_step, column_step;  // [floats]

    StridedMatrix transposed() const { return {data, columns, rows, column_step, row_step}; }
    float at(int64_t row, int64_t column) const { return data[row * row_step + column * column_step]; }
};

/// Multiplies, and keeps its scratch between calls. One thread.
class SmallProduct {
public:
    /// out[i * out_step + j] = sum_k a(i, k) b(k, j): for each element one chain of fused multiply-adds over k in index
    /// order, starting at 0. The same bits for any lane width.
    void operator()(const StridedMatrix& a, const StridedMatrix& b, float* out, int64_t out_step);

private:
    AlignedVector<float> panels_;  // b in panels of 16 columns [columns / 16, k, 16], zero-padded
};

/// Plain reference with the same bits.
void small_product_reference(const StridedMatrix& a, const StridedMatrix& b, float* out, int64_t out_step);

}  // namespace bispike
