// Masked sums of rows, one vector of channels at a time, for each instruction set.
#include "sim/ops/sum_where.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/sum_where.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void sum_where_kernel(std::span<const ChosenRow> rows, float* to, int64_t channels) {
    const hn::CappedTag<float, 16> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    const auto width = static_cast<int64_t>(hn::Lanes(d));  // 1 to 16, so a vector never straddles a 32-bit half
    const auto lane_bit = hn::Shl(hn::Set(du, 1), hn::Iota(du, 0));
    int64_t c = 0;
    for (; c + width <= channels; c += width) {
        auto sum = hn::Zero(d);
        for (const ChosenRow& row : rows) {
            const auto bits = static_cast<uint32_t>(row.chosen[c / 64] >> (c % 64));
            const auto chosen = hn::RebindMask(d, hn::TestBit(hn::Set(du, bits), lane_bit));
            sum = hn::Add(sum, hn::IfThenElseZero(chosen, hn::LoadU(d, row.values + c)));
        }
        hn::StoreU(sum, d, to + c);
    }
    for (; c < channels; ++c) {
        float sum = 0.0f;
        for (const ChosenRow& row : rows) sum += (row.chosen[c / 64] >> (c % 64) & 1) != 0 ? row.values[c] : 0.0f;
        to[c] = sum;
    }
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(sum_where_kernel);

void sum_where(std::span<const ChosenRow> rows, float* to, int64_t channels) {
    HWY_DYNAMIC_DISPATCH(sum_where_kernel)(rows, to, channels);
}

}  // namespace bispike
#endif
