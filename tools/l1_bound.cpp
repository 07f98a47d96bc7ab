// Loads from the L1 cache and additions, as many at a time as the machine can do.
#include "tools/l1_bound.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tools/l1_bound.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

float load_and_add(int64_t weights) {
    const hn::CappedTag<float, 16> d;
    constexpr int64_t kLanes = hn::MaxLanes(hn::CappedTag<float, 16>()), kFloats = 4096;  // 16 KiB
    HWY_ALIGN static const float from[kFloats] = {};
    auto a = hn::Zero(d), b = a, c = a, e = a, f = a, g = a, h = a, i = a;  // hide the latency of an addition
    for (int64_t done = 0; done < weights; done += kFloats) {
        for (const float* at = from; at != from + kFloats; at += 8 * kLanes) {
            a = hn::Add(a, hn::Load(d, at)), b = hn::Add(b, hn::Load(d, at + kLanes));
            c = hn::Add(c, hn::Load(d, at + 2 * kLanes)), e = hn::Add(e, hn::Load(d, at + 3 * kLanes));
            f = hn::Add(f, hn::Load(d, at + 4 * kLanes)), g = hn::Add(g, hn::Load(d, at + 5 * kLanes));
            h = hn::Add(h, hn::Load(d, at + 6 * kLanes)), i = hn::Add(i, hn::Load(d, at + 7 * kLanes));
        }
        asm volatile("" ::: "memory");  // or the compiler would load once
    }
    const auto sum = hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)), hn::Add(hn::Add(f, g), hn::Add(h, i)));
    return hn::GetLane(hn::SumOfLanes(d, sum));
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(load_and_add);

float load_and_add(int64_t weights) { return HWY_DYNAMIC_DISPATCH(load_and_add)(weights); }

}  // namespace bispike
#endif
