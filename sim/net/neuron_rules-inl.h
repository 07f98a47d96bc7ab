// The pieces neurons are made of, in vectors: how they charge, fire and reset, and the derivatives of each.
#if defined(BISPIKE_SIM_NET_NEURON_RULES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_NET_NEURON_RULES_INL_H_
#undef BISPIKE_SIM_NET_NEURON_RULES_INL_H_
#else
#define BISPIKE_SIM_NET_NEURON_RULES_INL_H_
#endif

#include <hwy/highway.h>

#include "sim/core/spikes.h"
#include "sim/net/neuron_options.h"
#include "sim/ops/fma-inl.h"
#include "sim/ops/surrogate-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// ---- Charging: h from the potential v of the step before and the current x.

/// h = v + x
struct Integrate {
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V charge(D, V v, V x) const {
        return hn::Add(v, x);
    }
    float dh_dx() const { return 1.0f; }
    float dh_dv() const { return 1.0f; }
};

/// h = v + (x - (v - rest)) / tau. For tau = 2 the product is exact: the bits of SpikingJelly's division.
struct LeakWithInput {
    float rate, rest;  // rate = 1/tau
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V charge(D d, V v, V x) const {
        return fma(d, hn::Sub(x, hn::Sub(v, hn::Set(d, rest))), hn::Set(d, rate), v);
    }
    float dh_dx() const { return rate; }
    float dh_dv() const { return 1.0f - rate; }
};

/// h = rest + (v - rest) (1 - 1/tau) + x
struct LeakWithoutInput {
    float rate, rest;  // rate = 1/tau
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V charge(D d, V v, V x) const {
        const V at_rest = hn::Set(d, rest);
        return hn::Add(fma(d, hn::Sub(v, at_rest), hn::Set(d, 1.0f - rate), x), at_rest);
    }
    float dh_dx() const { return 1.0f; }
    float dh_dv() const { return 1.0f - rate; }
};

// ---- Firing: the spike s from h. `fire` gives it in the form that resets and stores want, `spike` as a number;
// `slope` is the surrogate of ds/dh, `smooth` the primitive of that surrogate.

/// s = 1 where it fired
template <class D>
struct BinarySpike {
    hn::Mask<D> fired;
};

/// s = 1 with this sign where it fired
template <class D>
struct BipolarSpike {
    hn::Mask<D> fired;
    hn::Vec<D> sign;
};

/// s = [h >= threshold]
struct BinaryFire {
    static constexpr SpikeKind kKind = SpikeKind::binary;
    float edge, threshold;  // the smallest h that fires; the surrogate's centre
    explicit BinaryFire(const FireOptions& o) : edge(o.edge()), threshold(o.threshold) {}
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE BinarySpike<D> fire(D d, V h) const {
        return {hn::Ge(h, hn::Set(d, edge))};
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V spike(D d, V h) const {
        return hn::IfThenElseZero(fire(d, h).fired, hn::Set(d, 1.0f));
    }
    template <class D, class S, class V = hn::Vec<D>>
    HWY_INLINE V slope(D d, const S& surrogate, V h) const {
        return surrogate.derivative(d, hn::Sub(h, hn::Set(d, threshold)));
    }
    double smooth(const Surrogate& surrogate, double h) const { return surrogate_primitive(surrogate, h - threshold); }
};

/// s = sign(h) [|h| >= threshold]. A silent s carries the sign of h (it may be -0), which the slope of |s| needs.
struct TernaryFire {
    static constexpr SpikeKind kKind = SpikeKind::bipolar;
    float edge, threshold;
    explicit TernaryFire(const FireOptions& o) : edge(o.edge()), threshold(o.threshold) {}
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE BipolarSpike<D> fire(D d, V h) const {
        return {hn::Ge(hn::Abs(h), hn::Set(d, edge)), h};
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V spike(D d, V h) const {
        return hn::CopySign(hn::IfThenElseZero(fire(d, h).fired, hn::Set(d, 1.0f)), h);
    }
    template <class D, class S, class V = hn::Vec<D>>
    HWY_INLINE V slope(D d, const S& surrogate, V h) const {
        const V centre = hn::Set(d, threshold);
        return hn::Add(surrogate.derivative(d, hn::Sub(h, centre)), surrogate.derivative(d, hn::Add(h, centre)));
    }
    double smooth(const Surrogate& surrogate, double h) const {
        return surrogate_primitive(surrogate, h - threshold) - surrogate_primitive(surrogate, -h - threshold);
    }
};

// ---- Resetting: v from h and s, its derivative with s held (`keep`) and its derivative by s.

/// v = (1 - |s|) h + |s| rest
struct HardReset {
    float rest;
    explicit HardReset(const FireOptions& o) : rest(o.v_reset) {}
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V reset(D d, V h, V s) const {
        return fma(d, hn::Abs(s), hn::Set(d, rest), hn::Mul(keep(d, s), h));
    }
    /// The same of a spike that is whole or absent.
    template <class D, class S, class V = hn::Vec<D>>
    HWY_INLINE V reset(D d, V h, const S& s) const {
        return hn::IfThenElse(s.fired, hn::Set(d, rest), h);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V keep(D d, V s) const {
        return hn::Sub(hn::Set(d, 1.0f), hn::Abs(s));
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V by_spike(D d, V h, V s) const {
        return hn::Mul(hn::CopySign(hn::Set(d, 1.0f), s), hn::Sub(hn::Set(d, rest), h));
    }
};

/// v = h - s drop
struct SoftReset {
    float drop;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V reset(D d, V h, V s) const {
        return fma(d, s, hn::Set(d, -drop), h);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V reset(D d, V h, const BinarySpike<D>& s) const {
        return hn::IfThenElse(s.fired, hn::Sub(h, hn::Set(d, drop)), h);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V reset(D d, V h, const BipolarSpike<D>& s) const {
        return hn::IfThenElse(s.fired, hn::Sub(h, hn::CopySign(hn::Set(d, drop), s.sign)), h);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V keep(D d, V) const {
        return hn::Set(d, 1.0f);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V by_spike(D d, V, V) const {
        return hn::Set(d, -drop);
    }
};

/// A neuron's equations: three pieces from above, or a model's own with the same members.
template <class Charge, class Fire, class Reset>
struct Rule {
    Charge charge;
    Fire fire;
    Reset reset;
};
template <class Charge, class Fire, class Reset>
Rule(Charge, Fire, Reset) -> Rule<Charge, Fire, Reset>;

/// Spikes replaced by the surrogate's primitive, lane by lane: for gradient checks.
template <class Fire>
struct SmoothFire {
    Fire sharp;
    Surrogate surrogate;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V fire(D d, V h) const {
        return spike(d, h);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V spike(D d, V h) const {
        HWY_ALIGN float lane[hn::MaxLanes(d)];
        hn::Store(h, d, lane);
        for (size_t i = 0; i < hn::Lanes(d); ++i) lane[i] = static_cast<float>(sharp.smooth(surrogate, lane[i]));
        return hn::Load(d, lane);
    }
    template <class D, class S, class V = hn::Vec<D>>
    HWY_INLINE V slope(D d, const S& vectors, V h) const {
        return sharp.slope(d, vectors, h);
    }
};

// ---- Choosing: once for a call, outside of all loops.

/// Calls use(charge) with the leak that the options ask for.
template <class Use>
void with_leak(const LeakOptions& options, const Use& use) {
    const float rate = 1.0f / options.tau;
    options.decay_input ? use(LeakWithInput{rate, options.v_reset}) : use(LeakWithoutInput{rate, options.v_reset});
}

/// Calls use(reset) with the reset that the options ask for.
template <class Options, class Use>
void with_reset(const Options& options, const Use& use) {
    options.soft() ? use(SoftReset{options.drop()}) : use(HardReset(options));
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
