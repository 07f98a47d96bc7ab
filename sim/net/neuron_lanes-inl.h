// Rows of neurons in vectors of channels: whole ones, and the last one of a row, which memory past the row must not
// touch.
#if defined(BISPIKE_SIM_NET_NEURON_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_NET_NEURON_LANES_INL_H_
#undef BISPIKE_SIM_NET_NEURON_LANES_INL_H_
#else
#define BISPIKE_SIM_NET_NEURON_LANES_INL_H_
#endif

#include <algorithm>

#include <hwy/highway.h>

#include "sim/net/neuron.h"
#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Lanes divide 64, so that the mask of one vector never crosses a word of a bit plane.
using FloatLanes = hn::CappedTag<float, 64>;

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

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
