// Neurons forward through time: currents to spikes.
#if defined(BISPIKE_SIM_NET_NEURON_FORWARD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_NET_NEURON_FORWARD_INL_H_
#undef BISPIKE_SIM_NET_NEURON_FORWARD_INL_H_
#else
#define BISPIKE_SIM_NET_NEURON_FORWARD_INL_H_
#endif

#include <bit>

#include "sim/net/neuron_lanes-inl.h"
#include "sim/net/neuron_rules-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

static_assert(std::endian::native == std::endian::little, "bytes of mask bits must lie in the order of 64-bit words");

/// Sets the bits of one vector in bytes that are 0 there; the first lane lies at bit `shift` of the first byte.
template <class D>
HWY_INLINE void put_bits(D d, hn::Mask<D> mask, uint8_t* bytes, int shift) {
    if (hn::Lanes(d) >= 8) {
        hn::StoreMaskBits(d, mask, bytes);
    } else {
        uint8_t bits[8] = {};  // StoreMaskBits may write up to 8 bytes
        hn::StoreMaskBits(d, mask, bits);
        *bytes = static_cast<uint8_t>(*bytes | (bits[0] << shift));
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

/// Where the spikes of one vector of channels of one row go, step by step: bits, and levels or a sign where the kind
/// has them.
template <class Fire>
class Emit {
public:
    Emit(const NeuronForward& task, int64_t row, int64_t c)
        : fired_(bytes(task.fired, task, row, c)),
          step_(task.word_step * 8),
          shift_(static_cast<int>(c % 8)),
          level_step_(task.level_step) {
        if constexpr (Fire::kKind != SpikeKind::binary) negative_ = bytes(task.negative, task, row, c);
        if constexpr (Fire::kKind == SpikeKind::integer) levels_ = task.levels + row * task.level_row + c;
    }
    template <class D, class Vector>
    HWY_INLINE void operator()(D d, const BinarySpike<D>& s, int64_t step, const Vector& vector) const {
        put_bits(d, vector.lanes(d, s.fired), fired_ + step * step_, shift_);
    }
    template <class D, class Vector>
    HWY_INLINE void operator()(D d, const BipolarSpike<D>& s, int64_t step, const Vector& vector) const {
        put_bits(d, vector.lanes(d, s.fired), fired_ + step * step_, shift_);
        put_bits(d, vector.lanes(d, hn::And(s.fired, hn::Lt(s.sign, hn::Zero(d)))), negative_ + step * step_, shift_);
    }
    template <class D, class Vector>
    HWY_INLINE void operator()(D d, hn::Vec<D> s, int64_t step, const Vector& vector) const {
        put_bits(d, vector.lanes(d, hn::Ne(s, hn::Zero(d))), fired_ + step * step_, shift_);
        put_bits(d, vector.lanes(d, hn::Lt(s, hn::Zero(d))), negative_ + step * step_, shift_);
        put_levels(d, s, levels_ + step * level_step_, vector);
    }

private:
    static uint8_t* bytes(uint64_t* plane, const NeuronForward& task, int64_t row, int64_t c) {
        return reinterpret_cast<uint8_t*>(plane + row * task.word_row) + c / 8;
    }

    uint8_t *fired_, *negative_ = nullptr;
    int64_t step_;  // [bytes]
    int shift_;     // of the first channel in its byte
    int8_t* levels_ = nullptr;
    int64_t level_step_;
};

template <class Fire>
class Emit<SmoothFire<Fire>> {
public:
    Emit(const NeuronForward& task, int64_t row, int64_t c)
        : to_(task.smooth + row * task.channels + c), step_(task.rows * task.channels) {}
    template <class D, class Vector>
    HWY_INLINE void operator()(D d, hn::Vec<D> s, int64_t step, const Vector& vector) const {
        vector.store(d, s, to_ + step * step_);
    }

private:
    float* to_;
    int64_t step_;
};

/// One vector of channels of one row through all steps; the potential stays in a register.
template <class Charge, class Fire, class Reset, class Vector>
HWY_INLINE void advance(const Rule<Charge, Fire, Reset>& rule, const NeuronForward& task, int64_t row, int64_t c,
                        const Vector& vector) {
    const FloatLanes d;
    const CurrentsOf<Vector> x(task, row, c, vector);
    const Emit<Fire> emit(task, row, c);
    const int64_t steps = task.steps, h_step = task.h_step;
    float* const watched = task.h == nullptr ? nullptr : task.h + row * task.h_row + c;
    float* const potential = task.v == nullptr ? nullptr : task.v + row * task.v_row + c;
    auto v = potential == nullptr ? hn::Set(d, task.rest) : vector.load(d, potential);
    for (int64_t t = 0; t < steps; ++t) {
        const auto h = rule.charge.charge(d, v, x.at(t));
        if (watched != nullptr) vector.store(d, h, watched + t * h_step);
        const auto s = rule.fire.fire(d, h);
        v = rule.reset.reset(d, h, s);
        emit(d, s, t, vector);
    }
    if (potential != nullptr) vector.store(d, v, potential);
}

template <class Rule>
void run(const Rule& rule, const NeuronForward& task) {
    for (int64_t row = 0; row < task.rows; ++row)
        for_each_vector(task.channels,
                        [&](int64_t c, const auto& vector) HWY_ATTR { advance(rule, task, row, c, vector); });
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
