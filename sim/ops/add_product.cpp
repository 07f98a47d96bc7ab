// Dense products that go on where a sum stopped: one kernel per instruction set, chosen at run time.
#include "sim/ops/add_product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/add_product.cpp"
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
constexpr int kVectors = 32 / kLanes;
constexpr int kRows = kVectors == 2 ? 8 : kVectors == 4 ? 3 : 1;  // side by side, to hide the latency of an add
constexpr int64_t kPanel = PackedMatrix::kPanel;

template <int Rows>
HWY_INLINE void add_rows(ConstMatrixView x, int64_t row, const float* HWY_RESTRICT w, int64_t inputs, MatrixView y) {
    const D d;
    V sum[Rows][kVectors];
    float* HWY_RESTRICT to = y.data + row * y.stride;
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::LoadU(d, to + r * y.stride + v * kLanes);
    const float* HWY_RESTRICT from = x.data + row * x.stride;
    for (int64_t k = 0; k < inputs; ++k) {
        V weight[kVectors];
        for (int v = 0; v < kVectors; ++v) weight[v] = hn::Load(d, w + k * kPanel + v * kLanes);
        for (int r = 0; r < Rows; ++r) {
            const V a = hn::Set(d, from[r * x.stride + k]);
            for (int v = 0; v < kVectors; ++v) sum[r][v] = fma(d, a, weight[v], sum[r][v]);
        }
    }
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[r][v], d, to + r * y.stride + v * kLanes);
}

void add_panel(ConstMatrixView x, const float* w, int64_t inputs, MatrixView y) {
    int64_t row = 0;
    for (; row + kRows <= x.rows; row += kRows) add_rows<kRows>(x, row, w, inputs, y);
    for (; row < x.rows; ++row) add_rows<1>(x, row, w, inputs, y);
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

namespace bispike {
namespace {

HWY_EXPORT(add_panel);

}  // namespace

void add_product(ConstMatrixView x, const float* w, int64_t inputs, MatrixView y) {
    HWY_DYNAMIC_DISPATCH(add_panel)(x, w, inputs, y);
}

namespace reference {

void add_product(ConstMatrixView x, const float* w, int64_t inputs, MatrixView y) {
    for (int64_t r = 0; r < x.rows; ++r)
        for (int64_t k = 0; k < inputs; ++k)
            for (int64_t c = 0; c < PackedMatrix::kPanel; ++c) {
                float& sum = y.data[r * y.stride + c];
                sum = std::fma(x.data[r * x.stride + k], w[k * PackedMatrix::kPanel + c], sum);
            }
}

}  // namespace reference
}  // namespace bispike
#endif
