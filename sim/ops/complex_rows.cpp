// Rows of complex numbers: one kernel per instruction set, chosen at run time.
#include "sim/ops/complex_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/complex_rows.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void add_product_rows(ConstComplexRow from, Complex factor, ConstComplexRow x, ComplexRow to, int64_t count) {
    const hn::ScalableTag<float> d;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto re = hn::Set(d, factor.re), im = hn::Set(d, factor.im), minus_im = hn::Set(d, -factor.im);
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto a = hn::LoadU(d, x.re + i), b = hn::LoadU(d, x.im + i);
        const auto to_re = fma(d, re, a, hn::LoadU(d, from.re + i)), to_im = fma(d, re, b, hn::LoadU(d, from.im + i));
        hn::StoreU(fma(d, minus_im, b, to_re), d, to.re + i);
        hn::StoreU(fma(d, im, a, to_im), d, to.im + i);
    }
    for (; i < count; ++i) {
        const float a = x.re[i], b = x.im[i];
        to.re[i] = std::fma(-factor.im, b, std::fma(factor.re, a, from.re[i]));
        to.im[i] = std::fma(factor.im, a, std::fma(factor.re, b, from.im[i]));
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(add_product_rows);

void add_product(ConstComplexRow from, Complex factor, ConstComplexRow x, ComplexRow to, int64_t count) {
    HWY_DYNAMIC_DISPATCH(add_product_rows)(from, factor, x, to, count);
}

}  // namespace bispike
#endif
