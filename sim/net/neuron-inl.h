// The loop over time, once for every neuron: a rule (charge, fire, reset) runs over rows of channels in vectors.
#if defined(BISPIKE_SIM_NET_NEURON_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_NET_NEURON_INL_H_
#undef BISPIKE_SIM_NET_NEURON_INL_H_
#else
#define BISPIKE_SIM_NET_NEURON_INL_H_
#endif

#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/net/neuron.h"
#include "sim/net/neuron_rules-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

static_assert(std::endian::native == std::endian::little, "bytes of mask bits must lie in the order of 64-bit words");

/// Lanes divide 64, so that the mask of one vector never crosses a word of a bit plane.
using FloatLanes = hn::CappedTag<float, 64>;

/// A neuron's equations: three pieces as in neuron_rules-inl.h, or a model's own with the same members.
template <class Charge, class Fire, class Reset>
struct Rule {
    Charge charge;
    Fire fire;
    Reset reset;
};
template <class Charge, class Fire, class Reset>
Rule(Charge, Fire, Reset) -> Rule<Charge, Fire, Reset>;

/// How gradients pass: the stand-in for ds/dh, and whether they also go through the reset.
struct SpikeGradient {
    Surrogate surrogate;
    bool detach_reset;
};

/// Spikes replaced by the surrogate's primitive, lane by lane: for gradient checks.
template <class Fire>
struct SmoothFire {
    Fire sharp;
    Surrogate surrogate;
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

// ---- Vectors of channels: whole ones, and the last one of a row, which memory past the row must not touch.

struct WholeVector {
    template <class D>
    HWY_INLINE hn::Vec<D> load(D d, const float* from) const {
        return hn::LoadU(d, from);
    }
    template <class D>
    HWY_INLINE void store(D d, hn::Vec<D> v, float* to) const {
        hn::StoreU(v, d, to);
    }
    template <class D>
    HWY_INLINE hn::Mask<D> lanes(D, hn::Mask<D> m) const {
        return m;
    }
    template <class D>
    int64_t count(D d) const {
        return static_cast<int64_t>(hn::Lanes(d));
    }
};

struct PartVector {
    int64_t channels;
    template <class D>
    HWY_INLINE hn::Vec<D> load(D d, const float* from) const {
        HWY_ALIGN float lane[hn::MaxLanes(d)] = {};
        std::copy_n(from, channels, lane);
        return hn::Load(d, lane);
    }
    template <class D>
    HWY_INLINE void store(D d, hn::Vec<D> v, float* to) const {
        HWY_ALIGN float lane[hn::MaxLanes(d)];
        hn::Store(v, d, lane);
        std::copy_n(lane, channels, to);
    }
    template <class D>
    HWY_INLINE hn::Mask<D> lanes(D d, hn::Mask<D> m) const {
        return hn::And(m, hn::FirstN(d, static_cast<size_t>(channels)));
    }
    template <class D>
    int64_t count(D) const {
        return channels;
    }
};

/// Calls use(channel, vector) for the vectors of a row.
template <class Use>
HWY_INLINE void for_each_vector(int64_t channels, const Use& use) {
    const auto lanes = static_cast<int64_t>(hn::Lanes(FloatLanes()));
    int64_t c = 0;
    for (; c + lanes <= channels; c += lanes) use(c, WholeVector());
    if (c < channels) use(c, PartVector{channels - c});
}

// ---- Forward.

/// Sets the bits of one vector, beginning at channel c of a row of words that are 0 there.
template <class D>
HWY_INLINE void put_bits(D d, hn::Mask<D> mask, uint64_t* words, int64_t c) {
    uint8_t* bytes = reinterpret_cast<uint8_t*>(words) + c / 8;
    if (hn::Lanes(d) >= 8) {
        hn::StoreMaskBits(d, mask, bytes);
    } else {
        uint8_t bits[8] = {};  // StoreMaskBits may write up to 8 bytes
        hn::StoreMaskBits(d, mask, bits);
        *bytes = static_cast<uint8_t>(*bytes | (bits[0] << (c % 8)));
    }
}

/// The level of each lane as a signed byte.
template <class D, class Vector>
HWY_INLINE void put_levels(D d, hn::Vec<D> s, int8_t* to, const Vector& vector) {
    HWY_ALIGN int32_t level[hn::MaxLanes(d)];
    const hn::RebindToSigned<D> integers;
    hn::Store(hn::ConvertTo(integers, s), integers, level);
    for (int64_t i = 0; i < vector.count(d); ++i) to[i] = static_cast<int8_t>(level[i]);
}

/// What the spikes of one vector, row and step become: bits, and levels or a sign where the kind has them.
template <class Fire>
struct Emit {
    template <class D, class Vector>
    HWY_INLINE void operator()(D d, hn::Vec<D> s, const NeuronForward& task, int64_t step, int64_t row, int64_t c,
                               const Vector& vector) const {
        const int64_t word = step * task.word_step + row * task.word_row;
        put_bits(d, vector.lanes(d, hn::Ne(s, hn::Zero(d))), task.fired + word, c);
        if constexpr (Fire::kKind != SpikeKind::binary)
            put_bits(d, vector.lanes(d, hn::Lt(s, hn::Zero(d))), task.negative + word, c);
        if constexpr (Fire::kKind == SpikeKind::integer)
            put_levels(d, s, task.levels + step * task.level_step + row * task.level_row + c, vector);
    }
};

template <class Fire>
struct Emit<SmoothFire<Fire>> {
    template <class D, class Vector>
    HWY_INLINE void operator()(D d, hn::Vec<D> s, const NeuronForward& task, int64_t step, int64_t row, int64_t c,
                               const Vector& vector) const {
        vector.store(d, s, task.smooth + (step * task.rows + row) * task.channels + c);
    }
};

/// The currents of one vector of channels of one row.
template <class Vector>
class CurrentsOf {
public:
    using V = hn::Vec<FloatLanes>;
    CurrentsOf(const NeuronInput& in, int64_t row, int64_t c, const Vector& vector)
        : vector_(vector),
          x_(in.x + row * in.x_row + c),
          step_(in.x_step),
          normalised_(in.scale != nullptr),
          scale_(normalised_ ? vector.load(FloatLanes(), in.scale + c) : hn::Zero(FloatLanes())),
          shift_(normalised_ ? vector.load(FloatLanes(), in.shift + c) : hn::Zero(FloatLanes())) {}
    HWY_INLINE V at(int64_t step) const {
        const V x = vector_.load(FloatLanes(), x_ + step * step_);
        return normalised_ ? fma(FloatLanes(), x, scale_, shift_) : x;
    }

private:
    const Vector& vector_;
    const float* x_;
    int64_t step_;
    bool normalised_;
    V scale_, shift_;
};

/// One vector of channels of one row through all steps; the potential stays in a register.
template <class Charge, class Fire, class Reset, class Vector>
HWY_INLINE void advance(const Rule<Charge, Fire, Reset>& rule, const NeuronForward& task, int64_t row, int64_t c,
                        const Vector& vector) {
    const FloatLanes d;
    const CurrentsOf<Vector> x(task, row, c, vector);
    float* potential = task.v == nullptr ? nullptr : task.v + row * task.v_row + c;
    auto v = potential == nullptr ? hn::Set(d, task.rest) : vector.load(d, potential);
    for (int64_t t = 0; t < task.steps; ++t) {
        const auto h = rule.charge.charge(d, v, x.at(t));
        if (task.h != nullptr) vector.store(d, h, task.h + t * task.h_step + row * task.h_row + c);
        const auto s = rule.fire.spike(d, h);
        v = rule.reset.reset(d, h, s);
        Emit<Fire>()(d, s, task, t, row, c, vector);
    }
    if (potential != nullptr) vector.store(d, v, potential);
}

template <class Rule>
void run(const Rule& rule, const NeuronForward& task) {
    for (int64_t row = 0; row < task.rows; ++row)
        for_each_vector(task.channels,
                        [&](int64_t c, const auto& vector) HWY_ATTR { advance(rule, task, row, c, vector); });
}

// ---- Backward.

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
        v = rule.reset.reset(d, h, rule.fire.spike(d, h));
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
        v = rule.reset.reset(d, v, rule.fire.spike(d, v));
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

// ---- The way in, from a model's file.

template <class Rule>
void perform(const Rule& rule, const SpikeGradient&, const NeuronForward& task) {
    run(rule, task);
}

template <class Rule>
void perform(const Rule& rule, const SpikeGradient& gradient, const NeuronBackward& task) {
    const float attach = gradient.detach_reset ? 0.0f : 1.0f;
    with_surrogate(gradient.surrogate, [&](const auto& surrogate) { run(rule, surrogate, attach, task); });
}

/// Runs the task with the rule, or with its smooth twin where the task asks for it.
template <class Charge, class Fire, class Reset>
void perform(const Rule<Charge, Fire, Reset>& rule, const SpikeGradient& gradient, const NeuronTask& task) {
    const Rule<Charge, SmoothFire<Fire>, Reset> smooth{rule.charge, {rule.fire, gradient.surrogate}, rule.reset};
    if (const auto* forward = std::get_if<NeuronForward>(&task))
        forward->smooth != nullptr ? perform(smooth, gradient, *forward) : perform(rule, gradient, *forward);
    else if (const auto& backward = std::get<NeuronBackward>(task); backward.smooth)
        perform(smooth, gradient, backward);
    else
        perform(rule, gradient, backward);
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
