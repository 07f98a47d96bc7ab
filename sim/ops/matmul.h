// Products of rows of activity with packed weights, dense and event-driven, and their weight gradients.
#pragma once

#include "sim/ops/events.h"
#include "sim/ops/packed_matrix.h"

namespace bispike {

/// A block of rows in somebody's memory; `stride` is the distance of rows in floats.
struct MatrixView {
    float* data;
    int64_t rows, stride;
};
struct ConstMatrixView {
    const float* data;
    int64_t rows, stride;
    ConstMatrixView(const float* d, int64_t r, int64_t s) : data(d), rows(r), stride(s) {}
    ConstMatrixView(MatrixView m) : data(m.data), rows(m.rows), stride(m.stride) {}
};

/// y[r, d] = bias[d] + sum_k x[r, k] w[k, d]: one chain of fused multiply-adds over k in index order for each output,
/// starting at the bias. x [rows, K], y [rows, D]. The same bits for any number of rows and any lane width.
void matmul(ConstMatrixView x, const PackedMatrix& w, MatrixView y);

/// The same where x is given by its events: absent spikes add nothing and a spike's product is exact, so the result
/// has the bits of matmul() on the unpacked rows.
void matmul(const Events& x, const PackedMatrix& w, MatrixView y);

/// dw[k, d] += sum_r x[r, k] dy[r, d], rows in order.
void accumulate_outer(ConstMatrixView x, ConstMatrixView dy, PackedMatrix& dw);
void accumulate_outer(const Events& x, ConstMatrixView dy, PackedMatrix& dw);

namespace reference {
/// Plain loops over the same chains; tests hold the kernels against them bit for bit.
void matmul(ConstMatrixView x, const PackedMatrix& w, MatrixView y);
void accumulate_outer(ConstMatrixView x, ConstMatrixView dy, PackedMatrix& dw);
}  // namespace reference

}  // namespace bispike
