// Weight gradients from lists of events: one kernel per instruction set, chosen at run time.
//
// The sums of one channel stay in registers while its list runs: an event costs one load and one add a vector, and the
// several vectors hide the latency of the adds. Rows of dy should lie in the L1 cache.
#include "sim/ops/list_product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/list_product.cpp"
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
constexpr int kVectors = 32 / kLanes;                               // in one row of a panel
constexpr int kTaps = kVectors == 2 ? 9 : kVectors == 4 ? 3 : 1;    // side by side
constexpr int kPanels = kVectors == 2 ? 4 : kVectors == 4 ? 2 : 1;  // side by side
constexpr int64_t kPanel = PackedMatrix::kPanel;

/// Taps [tap, tap + Taps) and panels [panel, panel + Panels) of all channels.
template <int Taps, int Panels, bool kValues>
void add_block(const ChannelEvents& x, const ListGradient& dy, int64_t tap, int64_t panel, PackedMatrix& dw) {
    const D d;
    constexpr int kWide = Panels * kVectors;
    const float* from[Taps];
    for (int t = 0; t < Taps; ++t)
        from[t] = dy.data + dy.taps[static_cast<size_t>(tap + t)] * dy.stride + panel * kPanel;
    const int64_t channels = x.channels(), next = dw.panel(1) - dw.panel(0);
    for (int64_t c = 0; c < channels; ++c) {
        const int64_t begin = x.begin[static_cast<size_t>(c)], end = x.begin[static_cast<size_t>(c) + 1];
        if (begin == end) continue;
        float* HWY_RESTRICT to = dw.panel(dy.panel + panel) + (tap * channels + c) * kPanel;
        const auto place = [&](int t, int v) HWY_ATTR {
            return to + (v / kVectors) * next + t * channels * kPanel + v % kVectors * kLanes;
        };
        V sum[Taps][kWide];
        for (int t = 0; t < Taps; ++t)
            for (int v = 0; v < kWide; ++v) sum[t][v] = hn::Load(d, place(t, v));
        for (int64_t i = begin; i < end; ++i) {
            const int64_t row = x.place[static_cast<size_t>(i)] * dy.stride;
            for (int t = 0; t < Taps; ++t)
                for (int v = 0; v < kWide; ++v) {
                    const V g = hn::LoadU(d, from[t] + row + v * kLanes);
                    if constexpr (kValues)
                        sum[t][v] = fma(d, hn::Set(d, x.value[static_cast<size_t>(i)]), g, sum[t][v]);
                    else
                        sum[t][v] = hn::Add(sum[t][v], g);
                }
        }
        for (int t = 0; t < Taps; ++t)
            for (int v = 0; v < kWide; ++v) hn::Store(sum[t][v], d, place(t, v));
    }
}

template <bool kValues>
void add_lists_of(const ChannelEvents& x, const ListGradient& dy, PackedMatrix& dw) {
    const auto taps = static_cast<int64_t>(dy.taps.size());
    int64_t tap = 0, panel = 0;
    for (; dy.panels == 1 && tap + kTaps <= taps; tap += kTaps) add_block<kTaps, 1, kValues>(x, dy, tap, 0, dw);
    for (; tap < taps; ++tap) {
        for (panel = 0; panel + kPanels <= dy.panels; panel += kPanels)
            add_block<1, kPanels, kValues>(x, dy, tap, panel, dw);
        for (; panel < dy.panels; ++panel) add_block<1, 1, kValues>(x, dy, tap, panel, dw);
    }
}

void add_all(const ChannelEvents& x, const ListGradient& dy, PackedMatrix& dw) {
    x.value.empty() ? add_lists_of<false>(x, dy, dw) : add_lists_of<true>(x, dy, dw);
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

namespace bispike {
namespace {

HWY_EXPORT(add_all);

}  // namespace

void add_lists(const ChannelEvents& x, const ListGradient& dy, PackedMatrix& dw) {
    HWY_DYNAMIC_DISPATCH(add_all)(x, dy, dw);
}

namespace reference {

void add_lists(const ChannelEvents& x, const ListGradient& dy, PackedMatrix& dw) {
    for (size_t tap = 0; tap < dy.taps.size(); ++tap)
        for (int64_t c = 0; c < x.channels(); ++c)
            for (auto i = x.begin[static_cast<size_t>(c)]; i < x.begin[static_cast<size_t>(c) + 1]; ++i) {
                const float* row = dy.data + (x.place[static_cast<size_t>(i)] + dy.taps[tap]) * dy.stride;
                const float value = x.value.empty() ? 1.0f : x.value[static_cast<size_t>(i)];
                for (int64_t d = 0; d < dy.panels * PackedMatrix::kPanel; ++d) {
                    float& sum =
                        dw.at(static_cast<int64_t>(tap) * x.channels() + c, dy.panel * PackedMatrix::kPanel + d);
                    sum = std::fma(value, row[d], sum);
                }
            }
}

}  // namespace reference

}  // namespace bispike
#endif
