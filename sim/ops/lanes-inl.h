// Loops over a row in vectors, and sums along it whose bits no lane width changes; compiled once per instruction set.
#if defined(BISPIKE_SIM_OPS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_OPS_LANES_INL_H_
#undef BISPIKE_SIM_OPS_LANES_INL_H_
#else
#define BISPIKE_SIM_OPS_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// run(tag, i) for i from 0 to n in steps of the tag's lanes: whole vectors, then single values.
template <class Run>
HWY_INLINE void for_each_lane_block(int64_t n, Run run) {
    const hn::ScalableTag<float> wide;
    const hn::CappedTag<float, 1> one;
    const auto lanes = static_cast<int64_t>(hn::Lanes(wide));
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) run(wide, i);
    for (; i < n; ++i) run(one, i);
}

/// The sum of n values in 16 chains of float32, value i in chain i mod 16, added up in float64: at most 1/16 of the
/// roundings of one chain. value(tag, i) gives as many of them from i on as the tag has lanes.
template <class Value>
HWY_INLINE double lane_sum(int64_t n, Value value) {
    constexpr int64_t kChains = 16;
    const hn::CappedTag<float, kChains> d;
    const hn::CappedTag<float, 1> one;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    HWY_ALIGN float chain[kChains] = {};
    int64_t i = 0;
    for (; i + kChains <= n; i += kChains)
        for (int64_t c = 0; c < kChains; c += lanes)
            hn::Store(hn::Add(hn::Load(d, chain + c), value(d, i + c)), d, chain + c);
    for (int64_t c = 0; i < n; ++i, ++c) chain[c] += hn::GetLane(value(one, i));
    double sum = 0;
    for (const float c : chain) sum += c;
    return sum;
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
