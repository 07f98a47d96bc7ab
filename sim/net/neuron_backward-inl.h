// Neurons back through time: gradients of spikes to gradients of currents. The potentials are computed again.
#if defined(BISPIKE_SIM_NET_NEURON_BACKWARD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_NET_NEURON_BACKWARD_INL_H_
#undef BISPIKE_SIM_NET_NEURON_BACKWARD_INL_H_
#else
#define BISPIKE_SIM_NET_NEURON_BACKWARD_INL_H_
#endif

#include "sim/net/neuron_lanes-inl.h"
#include "sim/net/neuron_rules-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// A charge whose rate 1/tau is learned has `dh_drate(d, h, v)`.
template <class Charge>
concept LearnsRate = requires(const Charge& charge, FloatLanes d, hn::Vec<FloatLanes> h) {
    charge.dh_drate(d, h, h);
};

/// Runs one vector of channels of one row forward again: the potentials h to task.h. Returns the first v.
template <class Rule, class Vector>
HWY_INLINE hn::Vec<FloatLanes> recompute(const Rule& rule, const NeuronBackward& task, int64_t row, int64_t c,
                                         const Vector& vector) {
    const FloatLanes d;
    const CurrentsOf<Vector> x(task, row, c, vector);
    const auto first =
        task.v_first == nullptr ? hn::Set(d, task.rest) : vector.load(d, task.v_first + row * task.x_row + c);
    auto v = first;
    for (int64_t t = 0; t < task.steps; ++t) {
        const auto h = rule.charge.charge(d, v, x.at(t));
        hn::StoreU(h, d, task.h + t * NeuronBackward::kScratch);
        v = rule.reset.reset(d, h, rule.fire.fire(d, h));
    }
    return first;
}

/// Adds dL/d(rate) of one step to `sum` [C]; v is recomputed from the h of the step before.
template <class Rule, class Vector>
HWY_INLINE void add_rate_gradient(const Rule& rule, const float* h, hn::Vec<FloatLanes> v, bool is_first,
                                  hn::Vec<FloatLanes> dh, float* sum, const Vector& vector) {
    const FloatLanes d;
    if (!is_first) {
        v = hn::LoadU(d, h - NeuronBackward::kScratch);
        v = rule.reset.reset(d, v, rule.fire.fire(d, v));
    }
    const auto slope = rule.charge.dh_drate(d, hn::LoadU(d, h), v);
    vector.store(d, fma(d, dh, slope, vector.load(d, sum)), sum);
}

/// One vector of channels of one row back through all steps:
/// dh = ds s'(h) + dv dv/dh;  dx = dh dh/dx;  dv of the step before = dh dh/dv.
template <class Charge, class Fire, class Reset, class S, class Vector>
HWY_INLINE void retrace(const Rule<Charge, Fire, Reset>& rule, const S& surrogate, float attach,
                        const NeuronBackward& task, int64_t row, int64_t c, const Vector& vector) {
    const FloatLanes d;
    const int64_t at = row * task.x_row + c;
    const auto first = recompute(rule, task, row, c, vector);
    (void)first;  // of interest to rules that learn their rate
    const auto dh_dx = hn::Set(d, rule.charge.dh_dx()), dh_dv = hn::Set(d, rule.charge.dh_dv());
    auto dv = hn::Zero(d), sum = hn::Zero(d);
    for (int64_t t = task.steps - 1; t >= 0; --t) {
        const float* const here = task.h + t * NeuronBackward::kScratch;
        const auto h = hn::LoadU(d, here);
        const auto s = rule.fire.spike(d, h), slope = rule.fire.slope(d, surrogate, h);
        const auto by_spike = hn::Mul(hn::Set(d, attach), rule.reset.by_spike(d, h, s));
        const auto dv_dh = fma(d, by_spike, slope, rule.reset.keep(d, s));
        const auto ds = vector.load(d, task.gradient + t * task.gradient_step + at);
        const auto dh = fma(d, dv, dv_dh, hn::Mul(ds, slope));
        const auto dx = hn::Mul(dh, dh_dx);
        if constexpr (LearnsRate<Charge>)
            add_rate_gradient(rule, here, first, t == 0, dh, task.rate_gradient + c, vector);
        sum = hn::Add(sum, dx);
        if (!task.sum_steps) vector.store(d, dx, task.x_gradient + t * task.gradient_step + at);
        dv = hn::Mul(dh, dh_dv);
    }
    if (task.sum_steps) vector.store(d, sum, task.x_gradient + at);
}

template <class Rule, class S>
void run(const Rule& rule, const S& surrogate, float attach, const NeuronBackward& task) {
    for (int64_t row = 0; row < task.rows; ++row)
        for_each_vector(task.channels, [&](int64_t c, const auto& vector)
                                           HWY_ATTR { retrace(rule, surrogate, attach, task, row, c, vector); });
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
