// Small dense matrix products: one kernel per instruction set, chosen at run time.
//
// A chain cannot be split without changing its bits, so the latency of an add is hidden by running several rows side
// by side; the lanes are columns of the result.
#include "sim/ops/small_product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/small_product.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int kVectors = 16 / kLanes;  // in one row of a panel
constexpr int kRows = kVectors == 1 ? 8 : kVectors == 2 ? 4 : 2;

/// Rows [row, row + Rows) of a times one panel, to out [Rows, 16].
template <int Rows>
HWY_INLINE void block(const StridedMatrix& a, int64_t row, const float* HWY_RESTRICT panel, float* HWY_RESTRICT out,
                      int64_t out_step) {
    const D d;
    V sum[Rows][kVectors];
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::Zero(d);
    const float* HWY_RESTRICT from = a.data + row * a.row_step;
    for (int64_t k = 0; k < a.columns; ++k) {
        V b[kVectors];
        for (int v = 0; v < kVectors; ++v) b[v] = hn::Load(d, panel + k * 16 + v * kLanes);
        for (int r = 0; r < Rows; ++r) {
            const V x = hn::Set(d, from[r * a.row_step + k * a.column_step]);
            for (int v = 0; v < kVectors; ++v) sum[r][v] = fma(d, x, b[v], sum[r][v]);
        }
    }
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[r][v], d, out + r * out_step + v * kLanes);
}

/// All rows of a times one panel. The last block overlaps the one before it rather than running single rows: writing
/// the same bits twice is faster than waiting for one chain.
void product_panel(const StridedMatrix& a, const float* panel, float* out, int64_t out_step) {
    if (a.rows < kRows) {
        for (int64_t row = 0; row < a.rows; ++row) block<1>(a, row, panel, out + row * out_step, out_step);
        return;
    }
    for (int64_t row = 0; row < a.rows; row += kRows) {
        const int64_t first = row + kRows <= a.rows ? row : a.rows - kRows;
        block<kRows>(a, first, panel, out + first * out_step, out_step);
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>
#include <cmath>

namespace bispike {
namespace {

HWY_EXPORT(product_panel);

constexpr int64_t kPanel = 16;

void pack(const StridedMatrix& b, AlignedVector<float>& panels) {
    const int64_t count = (b.columns + kPanel - 1) / kPanel;
    panels.resize(static_cast<size_t>(count * b.rows * kPanel));
    float* to = panels.data();
    for (int64_t first = 0; first < b.columns; first += kPanel) {
        const int64_t used = std::min(kPanel, b.columns - first);
        for (int64_t k = 0; k < b.rows; ++k, to += kPanel) {
            const float* from = b.data + k * b.row_step + first * b.column_step;
            if (b.column_step == 1)
                std::copy_n(from, used, to);
            else
                for (int64_t c = 0; c < used; ++c) to[c] = from[c * b.column_step];
            std::fill(to + used, to + kPanel, 0.0f);
        }
    }
}

}  // namespace

void SmallProduct::operator()(const StridedMatrix& a, const StridedMatrix& b, float* out, int64_t out_step) {
    assert(a.columns == b.rows);
    pack(b, panels_);
    const int64_t whole = b.columns / kPanel, rest = b.columns % kPanel, panel_size = b.rows * kPanel;
    for (int64_t p = 0; p < whole; ++p)
        HWY_DYNAMIC_DISPATCH(product_panel)(a, panels_.data() + p * panel_size, out + p * kPanel, out_step);
    if (rest == 0) return;
    const auto at = panels_.size();
    panels_.resize(at + static_cast<size_t>(a.rows * kPanel));  // the last panel sticks out of `out`
    float* buffer = panels_.data() + at;
    HWY_DYNAMIC_DISPATCH(product_panel)(a, panels_.data() + whole * panel_size, buffer, kPanel);
    for (int64_t i = 0; i < a.rows; ++i) std::copy_n(buffer + i * kPanel, rest, out + i * out_step + whole * kPanel);
}

void small_product_reference(const StridedMatrix& a, const StridedMatrix& b, float* out, int64_t out_step) {
    for (int64_t i = 0; i < a.rows; ++i)
        for (int64_t j = 0; j < b.columns; ++j) {
            float sum = 0.0f;
            for (int64_t k = 0; k < a.columns; ++k) sum = std::fma(a.at(i, k), b.at(k, j), sum);
            out[i * out_step + j] = sum;
        }
}

}  // namespace bispike
#endif
