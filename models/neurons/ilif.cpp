// ilif: the integer leaky neuron, which fires up to D spikes at once.
//
// Each step, with the potential v, the current x and the threshold theta, all in the same unit:
//   charge   h = decay v + x
//   fire     s = round(clip(h / theta, 0, D)), halves to even
//   reset    v = h - s theta
// v starts at 0. `levels` is D. decay = 1 - 1/tau is the share of the potential kept each step; the published
// tau = 4/3 steps is decay = 0.25. In the backward pass rounding is taken as the identity: ds/dh = 1/theta where
// 0 <= h <= D theta, else 0.
//
// Sources: Luo et al., "Integer-valued training and spike-driven inference spiking neural network", ECCV 2024; Yao
// et al., "Scaling spike-driven Transformer with efficient spike firing approximation training", 2025.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/neurons/ilif.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include "sim/net/neuron-inl.h"

#ifndef BISPIKE_MODELS_NEURONS_ILIF_PARAMS_
#define BISPIKE_MODELS_NEURONS_ILIF_PARAMS_
#include <cmath>

#include "sim/core/error.h"

namespace bispike {

struct IlifParams {
    float threshold = 1.0f;
    float decay = 0.25f;
    int levels = 4;
    bool detach_reset = true;

    static constexpr auto fields() {
        return std::tuple(
            field("threshold", &IlifParams::threshold, "potential", "potential at which a spike is fired"),
            field("decay", &IlifParams::decay, "[0, 1]", "share of the potential kept each step"),
            field("levels", &IlifParams::levels, "1..127", "spikes that a neuron can fire in one step"),
            field("detach_reset", &IlifParams::detach_reset, "true | false", "no gradient through the reset"));
    }
    void check() const {
        if (!(threshold > 0.0f && std::isfinite(threshold)))
            fail("neuron.threshold = {}: must be a finite number above 0", threshold);
        if (!(decay >= 0.0f && decay <= 1.0f)) fail("neuron.decay = {}: must be in [0, 1]", decay);
        if (levels < 1 || levels > 127) fail("neuron.levels = {}: must be in 1..127", levels);
    }
    float rest() const { return 0.0f; }
};

}  // namespace bispike
#endif

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

struct Decay {
    float share;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V charge(D d, V v, V x) const {
        return fma(d, v, hn::Set(d, share), x);
    }
    float dh_dx() const { return 1.0f; }
    float dh_dv() const { return share; }
};

struct LevelFire {
    static constexpr SpikeKind kKind = SpikeKind::integer;
    float threshold, levels;
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V fire(D d, V h) const {
        return spike(d, h);
    }
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V spike(D d, V h) const {
        const V ratio = hn::Div(h, hn::Set(d, threshold));
        return hn::Round(hn::Min(hn::Max(ratio, hn::Zero(d)), hn::Set(d, levels)));
    }
    template <class D, class S, class V = hn::Vec<D>>
    HWY_INLINE V slope(D d, const S&, V h) const {
        const V ratio = hn::Div(h, hn::Set(d, threshold));
        const auto inside = hn::And(hn::Ge(ratio, hn::Zero(d)), hn::Le(ratio, hn::Set(d, levels)));
        return hn::IfThenElseZero(inside, hn::Set(d, 1.0f / threshold));
    }
    double smooth(const Surrogate&, double h) const {
        return std::clamp(h / threshold, 0.0, static_cast<double>(levels));
    }
};

void ilif(const IlifParams& params, const NeuronTask& task) {
    const Rule rule{Decay{params.decay}, LevelFire{params.threshold, static_cast<float>(params.levels)},
                    SoftReset{params.threshold}};
    perform(rule, {{}, params.detach_reset}, task);
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "sim/net/rule_neuron.h"

namespace bispike {
namespace {

HWY_EXPORT(ilif);

PlainNeuron plain_ilif(const IlifParams& p) {
    const double theta = p.threshold, top = p.levels;
    return {
        .rest = 0.0f,
        .charge = [p](float v, float x) { return std::fma(v, p.decay, x); },
        .fire =
            [p](float h) { return std::nearbyint(std::clamp(h / p.threshold, 0.0f, static_cast<float>(p.levels))); },
        .reset = [p](float h, float s) { return std::fma(-s, p.threshold, h); },
        .smooth = [=](double h) { return std::clamp(h / theta, 0.0, top); },
        .slope = [=](double h) { return h >= 0.0 && h <= top * theta ? 1.0 / theta : 0.0; }};
}

}  // namespace

Entry<MakeNeuron> neuron_ilif() {
    const NeuronModel<IlifParams> model{.spikes = SpikeKind::integer,
                                        .run =
                                            [](const IlifParams& params, const NeuronTask& task) {
                                                HWY_DYNAMIC_DISPATCH(ilif)
                                                (params, task);
                                            },
                                        .plain = plain_ilif};
    return {"ilif", {"integer leaky integrate-and-fire: up to `levels` spikes at once"}, neuron_maker(model)};
}

}  // namespace bispike
#endif
