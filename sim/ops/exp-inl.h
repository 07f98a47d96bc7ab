// The exponential function in vectors, compiled once per instruction set.
#if defined(BISPIKE_SIM_OPS_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_OPS_EXP_INL_H_
#undef BISPIKE_SIM_OPS_EXP_INL_H_
#else
#define BISPIKE_SIM_OPS_EXP_INL_H_
#endif

#include <hwy/highway.h>

#include <numbers>

#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Below it exp_negative stays what it is there: e^-87 = 1.6e-38 is nearly the least normal float32.
inline constexpr float kLeastExponent = -87.0f;

/// e^x for x <= 0, about 2 units in the last place; x below -87 counts as -87, and so does NaN. Split as 2^n e^r with
/// |r| <= ln(2)/2 and the Taylor series of e^r, whose first term left out is below 5e-9.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_negative(D d, V x) {
    const V bounded = hn::Max(x, hn::Set(d, kLeastExponent));
    const V n = hn::Round(hn::Mul(bounded, hn::Set(d, std::numbers::log2e_v<float>)));
    V r = fma(d, n, hn::Set(d, -0.693359375f), bounded);  // ln 2 in two parts, the first exact in 10 bits
    r = fma(d, n, hn::Set(d, 2.12194440e-4f), r);
    V series = hn::Set(d, 1.0f / 5040);
    for (const float coefficient : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f})
        series = fma(d, series, r, hn::Set(d, coefficient));
    const hn::RebindToSigned<D> integers;
    const auto power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(integers, n), hn::Set(integers, 127)));
    return hn::Mul(series, hn::BitCast(d, power));
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
