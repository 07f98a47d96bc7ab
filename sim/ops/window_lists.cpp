// The lists of a window, put together for each instruction set.
#include "sim/ops/window_lists.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/window_lists.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

int32_t count_window(const WindowLists& w) {
    int64_t n = 0;
    for (int64_t tap = w.first; tap < w.last; ++tap)
        if (const int32_t pixel = w.source[tap]; pixel >= 0) n += w.begin[pixel + 1] - w.begin[pixel];
    return static_cast<int32_t>(n);
}

uint32_t* gather_window(const WindowLists& w, uint32_t inputs, uint32_t step, uint32_t* to) {
    const hn::CappedTag<uint32_t, 16> d;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto times = hn::Set(d, step);
    for (int64_t tap = w.first; tap < w.last; ++tap) {
        const int32_t pixel = w.source[tap];
        if (pixel < 0) continue;
        const uint32_t* from = w.channel + w.begin[pixel];
        const int64_t count = w.begin[pixel + 1] - w.begin[pixel];
        const auto offset = hn::Set(d, inputs * static_cast<uint32_t>(tap));
        for (int64_t i = 0; i < count; i += lanes)
            hn::StoreU(hn::Mul(hn::Add(hn::LoadU(d, from + i), offset), times), d, to + i);
        to += count;
    }
    return to;
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(count_window);
HWY_EXPORT(gather_window);

int32_t count_window(const WindowLists& window) { return HWY_DYNAMIC_DISPATCH(count_window)(window); }

uint32_t* gather_window(const WindowLists& window, uint32_t inputs, uint32_t step, uint32_t* to) {
    return HWY_DYNAMIC_DISPATCH(gather_window)(window, inputs, step, to);
}

}  // namespace bispike
#endif
