// The event-driven kernel on weights in few bits, for each instruction set: one load brings twice as many of them.
//
// Sums run in 16 bits for as many events as cannot overflow them, and go on in 32 bits from there.
#include "sim/ops/quantised_matrix.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/add_quantised.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <bit>
#include <cmath>

#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
#if HWY_TARGET == HWY_SCALAR

/// Plain loops: there are no vectors.
template <class Weight>
void add_panel(const EventGroups& x, const Weight* panel, const QuantisedSums& sums, float* y, int64_t stride) {
    for (const EventGroups::Group& group : x.groups())
        for (int64_t r = 0; r < EventGroups::kRows; ++r)
            for (int64_t c = 0; c < PackedMatrix::kPanel; ++c) {
                float* const to = y + group.row[static_cast<size_t>(r)] * stride + c;
                int32_t sum = sums.first ? 0 : std::bit_cast<int32_t>(*to);
                for (int64_t i = group.begin + r * group.length; i < group.begin + (r + 1) * group.length; ++i)
                    sum +=
                        panel[x.offsets()[i] + c] * (x.values() != nullptr ? static_cast<int32_t>(x.values()[i]) : 1);
                *to = sums.last ? std::fma(static_cast<float>(sum), sums.scale[c], sums.bias[c])
                                : std::bit_cast<float>(sum);
            }
}

#else

using Short = hn::CappedTag<int16_t, 32>;
using Int = hn::Repartition<int32_t, Short>;
using Float = hn::RebindToFloat<Int>;
constexpr int kColumns = static_cast<int>(hn::MaxLanes(Short())), kHalf = kColumns / 2;
static_assert(PackedMatrix::kPanel % kColumns == 0);

HWY_INLINE hn::Vec<Short> load(const int16_t* from) { return hn::LoadU(Short(), from); }
HWY_INLINE hn::Vec<Short> load(const int8_t* from) {
    return hn::PromoteTo(Short(), hn::LoadU(hn::Rebind<int8_t, Short>(), from));
}

/// One row of a group, kColumns columns.
template <class Weight, bool kValues>
struct Row {
    hn::Vec<Int> low, high;  // halves of the columns
    hn::Vec<Short> some;     // the sum of a few events
    float* to;
    const uint32_t* offset;
    const float* value;

    HWY_INLINE Row(const EventGroups& x, const EventGroups::Group& group, int r, bool first, float* y, int64_t stride)
        : to(y + group.row[static_cast<size_t>(r)] * stride),
          offset(x.offsets() + group.begin + r * group.length),
          value(kValues ? x.values() + group.begin + r * group.length : nullptr) {
        const Float f;
        low = high = hn::Zero(Int());
        if (!first) low = hn::BitCast(Int(), hn::LoadU(f, to)), high = hn::BitCast(Int(), hn::LoadU(f, to + kHalf));
        some = hn::Zero(Short());
    }
    HWY_INLINE void add(const Weight* panel, int64_t i) {
        const auto weights = load(panel + offset[i]);
        if constexpr (kValues) {
            const auto times = hn::Set(Int(), static_cast<int32_t>(value[i]));
            low = hn::Add(low, hn::Mul(times, hn::PromoteTo(Int(), hn::LowerHalf(weights))));
            high = hn::Add(high, hn::Mul(times, hn::PromoteTo(Int(), hn::UpperHalf(hn::Half<Short>(), weights))));
        } else {
            some = hn::Add(some, weights);
        }
    }
    HWY_INLINE void widen() {
        if constexpr (kValues) return;
        low = hn::Add(low, hn::PromoteTo(Int(), hn::LowerHalf(some)));
        high = hn::Add(high, hn::PromoteTo(Int(), hn::UpperHalf(hn::Half<Short>(), some)));
        some = hn::Zero(Short());
    }
    HWY_INLINE void store(const QuantisedSums& sums, int column) const {
        const Float f;
        if (!sums.last) {
            hn::StoreU(hn::BitCast(f, low), f, to);
            hn::StoreU(hn::BitCast(f, high), f, to + kHalf);
            return;
        }
        const float *scale = sums.scale + column, *bias = sums.bias + column;
        hn::StoreU(fma(f, hn::ConvertTo(f, low), hn::LoadU(f, scale), hn::LoadU(f, bias)), f, to);
        hn::StoreU(fma(f, hn::ConvertTo(f, high), hn::LoadU(f, scale + kHalf), hn::LoadU(f, bias + kHalf)), f,
                   to + kHalf);
    }
};

template <class Weight, bool kValues>
HWY_INLINE void add_group(const EventGroups& x, const EventGroups::Group& group, const Weight* panel, int column,
                          const QuantisedSums& sums, float* y, int64_t stride) {
    static_assert(EventGroups::kRows == 4);
    constexpr int64_t kEvents = sizeof(Weight) == 1 ? QuantisedMatrix::kEvents8 : QuantisedMatrix::kEvents16;
    Row<Weight, kValues> a(x, group, 0, sums.first, y, stride), b(x, group, 1, sums.first, y, stride),
        c(x, group, 2, sums.first, y, stride), e(x, group, 3, sums.first, y, stride);
    for (int64_t begin = 0; begin < group.length; begin += kEvents) {
        const int64_t end = group.length < begin + kEvents ? group.length : begin + kEvents;
        for (int64_t i = begin; i < end; ++i) {
            a.add(panel, i);
            b.add(panel, i);
            c.add(panel, i);
            e.add(panel, i);
        }
        a.widen(), b.widen(), c.widen(), e.widen();
    }
    a.store(sums, column), b.store(sums, column), c.store(sums, column), e.store(sums, column);
}

template <class Weight>
void add_panel(const EventGroups& x, const Weight* panel, const QuantisedSums& sums, float* y, int64_t stride) {
    for (int c = 0; c < PackedMatrix::kPanel; c += kColumns)
        for (const EventGroups::Group& group : x.groups())
            x.values() != nullptr ? add_group<Weight, true>(x, group, panel + c, c, sums, y + c, stride)
                                  : add_group<Weight, false>(x, group, panel + c, c, sums, y + c, stride);
}

#endif

void add_quantised(const EventGroups& x, const QuantisedMatrix& w, int64_t panel, const QuantisedSums& sums, float* y,
                   int64_t stride) {
    if (w.format() == WeightFormat::int8)
        add_panel(x, w.panel8(panel), sums, y, stride);
    else
        add_panel(x, w.panel16(panel), sums, y, stride);
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(add_quantised);

void add_quantised(const EventGroups& x, const QuantisedMatrix& w, int64_t panel, const QuantisedSums& sums, float* y,
                   int64_t stride) {
    HWY_DYNAMIC_DISPATCH(add_quantised)(x, w, panel, sums, y, stride);
}

}  // namespace bispike
#endif
