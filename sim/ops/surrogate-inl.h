// Derivatives of the surrogates in vectors: the fast form of surrogate.h, compiled once per instruction set.
#if defined(BISPIKE_SIM_OPS_SURROGATE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_OPS_SURROGATE_INL_H_
#undef BISPIKE_SIM_OPS_SURROGATE_INL_H_
#else
#define BISPIKE_SIM_OPS_SURROGATE_INL_H_
#endif

#include <hwy/highway.h>

#include <numbers>

#include "sim/ops/exp-inl.h"
#include "sim/ops/fma-inl.h"
#include "sim/ops/surrogate.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

struct SigmoidSurrogate {
    float alpha;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V derivative(D d, V x) const {
        const V e = exp_negative(d, hn::Neg(hn::Abs(hn::Mul(x, hn::Set(d, alpha)))));
        const V sum = hn::Add(e, hn::Set(d, 1.0f));
        return hn::Div(hn::Mul(e, hn::Set(d, alpha)), hn::Mul(sum, sum));
    }
};

struct AtanSurrogate {
    float alpha;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V derivative(D d, V x) const {
        const V y = hn::Mul(x, hn::Set(d, std::numbers::pi_v<float> / 2 * alpha));
        return hn::Div(hn::Set(d, alpha / 2), fma(d, y, y, hn::Set(d, 1.0f)));
    }
};

struct TriangleSurrogate {
    float alpha;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V derivative(D d, V x) const {
        const V one = hn::Set(d, 1.0f), distance = hn::Abs(hn::Mul(x, hn::Set(d, alpha)));
        return hn::Mul(hn::Set(d, alpha), hn::Max(hn::Sub(one, distance), hn::Zero(d)));
    }
};

struct RectangleSurrogate {
    float alpha;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V derivative(D d, V x) const {
        const auto inside = hn::Le(hn::Abs(hn::Mul(x, hn::Set(d, alpha))), hn::Set(d, 0.5f));
        return hn::IfThenElseZero(inside, hn::Set(d, alpha));
    }
};

/// Calls use(surrogate of the chosen shape): the choice is made once, outside of all loops.
template <class Use>
void with_surrogate(const Surrogate& surrogate, const Use& use) {
    switch (surrogate.shape) {
        case SurrogateShape::sigmoid:
            return use(SigmoidSurrogate{surrogate.alpha});
        case SurrogateShape::atan:
            return use(AtanSurrogate{surrogate.alpha});
        case SurrogateShape::triangle:
            return use(TriangleSurrogate{surrogate.alpha});
        case SurrogateShape::rectangle:
            return use(RectangleSurrogate{surrogate.alpha});
    }
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
