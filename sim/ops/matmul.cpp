// Products of rows of activity with packed weights: one kernel per instruction set, chosen at run time.
//
// Each output element is one chain of multiply-adds in index order. Chains cannot be split without changing bits, so
// the latency of an add is hidden by running several rows side by side.
#include "sim/ops/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/matmul.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int kVectors = 32 / kLanes;  // in one row of a panel
constexpr int kDenseRows = kVectors == 2 ? 8 : kVectors == 4 ? 3 : 1;
constexpr int64_t kPanel = PackedMatrix::kPanel;

template <int Rows>
HWY_INLINE void dense_rows(ConstMatrixView x, int64_t row, const float* HWY_RESTRICT panel, int64_t inputs,
                           const float* bias, MatrixView y) {
    const D d;
    V sum[Rows][kVectors];
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::Load(d, bias + v * kLanes);
    const float* HWY_RESTRICT from = x.data + row * x.stride;
    for (int64_t k = 0; k < inputs; ++k) {
        V w[kVectors];
        for (int v = 0; v < kVectors; ++v) w[v] = hn::Load(d, panel + k * kPanel + v * kLanes);
        for (int r = 0; r < Rows; ++r) {
            const V a = hn::Set(d, from[r * x.stride + k]);
            for (int v = 0; v < kVectors; ++v) sum[r][v] = fma(d, a, w[v], sum[r][v]);
        }
    }
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[r][v], d, y.data + (row + r) * y.stride + v * kLanes);
}

void dense_panel(ConstMatrixView x, const float* panel, int64_t inputs, const float* bias, MatrixView y) {
    int64_t row = 0;
    for (; row + kDenseRows <= x.rows; row += kDenseRows) dense_rows<kDenseRows>(x, row, panel, inputs, bias, y);
    for (; row < x.rows; ++row) dense_rows<1>(x, row, panel, inputs, bias, y);
}

template <int Inputs>
HWY_INLINE void outer_inputs(ConstMatrixView x, int64_t k, ConstMatrixView dy, float* HWY_RESTRICT dw) {
    const D d;
    V sum[Inputs][kVectors];
    for (int i = 0; i < Inputs; ++i)
        for (int v = 0; v < kVectors; ++v) sum[i][v] = hn::Load(d, dw + (k + i) * kPanel + v * kLanes);
    for (int64_t r = 0; r < x.rows; ++r) {
        V g[kVectors];
        for (int v = 0; v < kVectors; ++v) g[v] = hn::LoadU(d, dy.data + r * dy.stride + v * kLanes);
        for (int i = 0; i < Inputs; ++i) {
            const V a = hn::Set(d, x.data[r * x.stride + k + i]);
            for (int v = 0; v < kVectors; ++v) sum[i][v] = fma(d, a, g[v], sum[i][v]);
        }
    }
    for (int i = 0; i < Inputs; ++i)
        for (int v = 0; v < kVectors; ++v) hn::Store(sum[i][v], d, dw + (k + i) * kPanel + v * kLanes);
}

void outer_panel(ConstMatrixView x, ConstMatrixView dy, int64_t inputs, float* dw) {
    int64_t k = 0;
    for (; k + kDenseRows <= inputs; k += kDenseRows) outer_inputs<kDenseRows>(x, k, dy, dw);
    for (; k < inputs; ++k) outer_inputs<1>(x, k, dy, dw);
}

void outer_event_panel(const Events& x, ConstMatrixView dy, float* HWY_RESTRICT dw) {
    const D d;
    for (int64_t r = 0; r < x.rows(); ++r) {
        V g[kVectors];
        for (int v = 0; v < kVectors; ++v) g[v] = hn::LoadU(d, dy.data + r * dy.stride + v * kLanes);
        for (int64_t i = x.begin[static_cast<size_t>(r)]; i < x.begin[static_cast<size_t>(r) + 1]; ++i) {
            float* HWY_RESTRICT to = dw + int64_t{x.channel[static_cast<size_t>(i)]} * kPanel;
            const V a = x.has_values() ? hn::Set(d, x.value[static_cast<size_t>(i)]) : hn::Set(d, 1.0f);
            for (int v = 0; v < kVectors; ++v)
                hn::Store(fma(d, a, g[v], hn::Load(d, to + v * kLanes)), d, to + v * kLanes);
        }
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

#include "sim/ops/event_groups.h"

namespace bispike {
namespace {

HWY_EXPORT(dense_panel);
HWY_EXPORT(outer_panel);
HWY_EXPORT(outer_event_panel);

constexpr int64_t kPanel = PackedMatrix::kPanel;

/// Calls run(panel, y of that panel) for each panel; a panel that sticks out of y goes through a buffer of full width.
template <class Run>
void for_each_panel(const PackedMatrix& w, MatrixView y, Run run) {
    AlignedVector<float> buffer;
    for (int64_t p = 0; p < w.panels(); ++p) {
        float* to = y.data + p * kPanel;
        if (w.columns(p) == kPanel) {
            run(p, MatrixView{to, y.rows, y.stride});
            continue;
        }
        buffer.resize(static_cast<size_t>(y.rows * kPanel));
        run(p, MatrixView{buffer.data(), y.rows, kPanel});
        for (int64_t r = 0; r < y.rows; ++r) std::copy_n(buffer.data() + r * kPanel, w.columns(p), to + r * y.stride);
    }
}

/// The columns of one panel of dy, at least 32 wide.
ConstMatrixView panel_of(ConstMatrixView dy, const PackedMatrix& dw, int64_t p, AlignedVector<float>& buffer) {
    if (dw.columns(p) == kPanel) return {dy.data + p * kPanel, dy.rows, dy.stride};
    buffer.assign(static_cast<size_t>(dy.rows * kPanel), 0.0f);
    for (int64_t r = 0; r < dy.rows; ++r)
        std::copy_n(dy.data + r * dy.stride + p * kPanel, dw.columns(p), buffer.data() + r * kPanel);
    return {buffer.data(), dy.rows, kPanel};
}

}  // namespace

void matmul(ConstMatrixView x, const PackedMatrix& w, MatrixView y) {
    for_each_panel(w, y, [&](int64_t p, MatrixView part) {
        HWY_DYNAMIC_DISPATCH(dense_panel)(x, w.panel(p), w.inputs(), w.bias(p), part);
    });
}

void matmul(const Events& x, const PackedMatrix& w, MatrixView y) {
    const EventGroups groups = EventGroups::of(x, w.inputs());
    AlignedVector<float> sums(static_cast<size_t>(EventGroups::rounded(y.rows) * kPanel));
    for (int64_t p = 0; p < w.panels(); ++p) {
        add_events(groups, w.panel(p), w.bias(p), sums.data(), kPanel);
        for (int64_t r = 0; r < y.rows; ++r)
            std::copy_n(sums.data() + r * kPanel, w.columns(p), y.data + r * y.stride + p * kPanel);
    }
}

void accumulate_outer(ConstMatrixView x, ConstMatrixView dy, PackedMatrix& dw) {
    AlignedVector<float> buffer;
    for (int64_t p = 0; p < dw.panels(); ++p)
        HWY_DYNAMIC_DISPATCH(outer_panel)(x, panel_of(dy, dw, p, buffer), dw.inputs(), dw.panel(p));
}

void accumulate_outer(const Events& x, ConstMatrixView dy, PackedMatrix& dw) {
    AlignedVector<float> buffer;
    for (int64_t p = 0; p < dw.panels(); ++p)
        HWY_DYNAMIC_DISPATCH(outer_event_panel)(x, panel_of(dy, dw, p, buffer), dw.panel(p));
}

namespace reference {

void matmul(ConstMatrixView x, const PackedMatrix& w, MatrixView y) {
    for (int64_t r = 0; r < x.rows; ++r)
        for (int64_t d = 0; d < w.outputs(); ++d) {
            float sum = w.bias(d / kPanel)[d % kPanel];
            for (int64_t k = 0; k < w.inputs(); ++k) sum = std::fma(x.data[r * x.stride + k], w.at(k, d), sum);
            y.data[r * y.stride + d] = sum;
        }
}

void accumulate_outer(ConstMatrixView x, ConstMatrixView dy, PackedMatrix& dw) {
    for (int64_t r = 0; r < x.rows; ++r)
        for (int64_t k = 0; k < dw.inputs(); ++k)
            for (int64_t d = 0; d < dw.outputs(); ++d)
                dw.at(k, d) = std::fma(x.data[r * x.stride + k], dy.data[r * dy.stride + d], dw.at(k, d));
}

}  // namespace reference
}  // namespace bispike
#endif
