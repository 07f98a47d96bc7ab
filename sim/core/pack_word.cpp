// Values of spikes as bits, in vectors.
#include "sim/core/pack_word.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/core/pack_word.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Lane i as bit i.
template <class D>
HWY_INLINE uint64_t bits_of(D d, hn::Mask<D> mask) {
    uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, mask, bytes);
    uint64_t bits = 0;
    std::memcpy(&bits, bytes, sizeof bits);
    return bits & ((uint64_t{1} << hn::Lanes(d)) - 1);
}

/// As many values from i on as there are lanes; at most 32.
template <class D>
HWY_INLINE void pack_lanes(D d, const float* values, int64_t i, const LevelRange& range, int8_t* levels,
                           PackedWord& word) {
    const auto v = hn::LoadU(d, values + i);
    const auto inside = hn::And(hn::Ge(v, hn::Set(d, range.least)), hn::Le(v, hn::Set(d, range.most)));
    word.fits = word.fits && hn::AllTrue(d, hn::And(inside, hn::Eq(hn::Trunc(v), v)));
    word.fired |= bits_of(d, hn::Ne(v, hn::Zero(d))) << i;
    word.negative |= bits_of(d, hn::Lt(v, hn::Zero(d))) << i;
    if (levels == nullptr || !word.fits) return;
    const hn::RebindToSigned<D> integers;
    HWY_ALIGN int32_t level[hn::MaxLanes(d)];
    hn::Store(hn::ConvertTo(integers, v), integers, level);
    for (size_t lane = 0; lane < hn::Lanes(d); ++lane)
        levels[i + static_cast<int64_t>(lane)] = static_cast<int8_t>(level[lane]);
}

PackedWord pack_word(const float* values, int64_t count, const LevelRange& range, int8_t* levels) {
    const hn::CappedTag<float, 32> wide;
    const hn::CappedTag<float, 1> one;
    const auto lanes = static_cast<int64_t>(hn::Lanes(wide));
    PackedWord word;
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes) pack_lanes(wide, values, i, range, levels, word);
    for (; i < count; ++i) pack_lanes(one, values, i, range, levels, word);
    return word;
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(pack_word);

PackedWord pack_word(const float* values, int64_t count, const LevelRange& range, int8_t* levels) {
    return HWY_DYNAMIC_DISPATCH(pack_word)(values, count, range, levels);
}

}  // namespace bispike
#endif
