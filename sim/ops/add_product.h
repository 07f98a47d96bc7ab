// Dense products that go on where a sum stopped: what a gradient is made of, tap by tap.
#pragma once

#include "sim/ops/matmul.h"

namespace bispike {

/// y[r, d] += sum_k x[r, k] w[k, d] for the 32 columns of one panel: w [inputs, 32] as in PackedMatrix, y [rows, 32].
/// Each y is one chain of fused multiply-adds over k in index order, which starts at what y holds.
void add_product(ConstMatrixView x, const float* w, int64_t inputs, MatrixView y);

namespace reference {
/// The same by plain loops.
void add_product(ConstMatrixView x, const float* w, int64_t inputs, MatrixView y);
}  // namespace reference

}  // namespace bispike
