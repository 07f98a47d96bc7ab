// A fused multiply-add with one rounding on every instruction set.
#if defined(BISPIKE_SIM_OPS_FMA_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_OPS_FMA_INL_H_
#undef BISPIKE_SIM_OPS_FMA_INL_H_
#else
#define BISPIKE_SIM_OPS_FMA_INL_H_
#endif

#include <hwy/highway.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// a * b + c, rounded once. Instruction sets without the instruction go lane by lane: slow, but the same bits.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V fma(D d, V a, V b, V c) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128 || \
    ((HWY_TARGET == HWY_SSE2 || HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4) && !defined(__FMA__))
    HWY_ALIGN float x[hn::MaxLanes(d)], y[hn::MaxLanes(d)], z[hn::MaxLanes(d)];
    hn::Store(a, d, x);
    hn::Store(b, d, y);
    hn::Store(c, d, z);
    for (size_t i = 0; i < hn::Lanes(d); ++i) z[i] = std::fma(x[i], y[i], z[i]);
    return hn::Load(d, z);
#else
    (void)d;
    return hn::MulAdd(a, b, c);
#endif
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
