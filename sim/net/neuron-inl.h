// The loop over time, once for every neuron: a rule (charge, fire, reset) runs over rows of channels in vectors.
#if defined(BISPIKE_SIM_NET_NEURON_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BISPIKE_SIM_NET_NEURON_INL_H_
#undef BISPIKE_SIM_NET_NEURON_INL_H_
#else
#define BISPIKE_SIM_NET_NEURON_INL_H_
#endif

#include "sim/net/neuron_backward-inl.h"
#include "sim/net/neuron_forward-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// How gradients pass: the stand-in for ds/dh, and whether they also go through the reset.
struct SpikeGradient {
    Surrogate surrogate;
    bool detach_reset;
};

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
