// ternary_lif: a leaky neuron that fires positive and negative spikes.
//
// Each step, with the potential v, the current x and the threshold theta, all in the same unit:
//   charge   h = v + (x - (v - v_reset)) / tau                     decay_input = true
//            h = v_reset + (v - v_reset) (1 - 1/tau) + x           decay_input = false
//   fire     s = sign(h) [|h| >= theta], or with > if fire = strict
//   reset    v = (1 - |s|) h + |s| v_reset, or v = h - s theta if reset = soft
// tau is in steps; v starts at v_reset. In the backward pass ds/dh is the sum of the surrogate at h - theta and at
// h + theta.
//
// Sources: Guo et al., "Ternary Spike", AAAI 2024; Wang et al., bipolar self-attention, NeurIPS 2025, eqs. 9 to 11
// (which leave the surrogate open).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/neurons/ternary_lif.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include "sim/net/neuron-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

void ternary_lif(const LeakOptions& options, const NeuronTask& task) {
    with_leak(options, [&](auto charge) {
        with_reset(options, [&](auto reset) {
            const Rule rule{charge, TernaryFire(options), reset};
            perform(rule, {options.surrogate_function(), options.detach_reset}, task);
        });
    });
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "sim/net/plain_neuron.h"
#include "sim/net/rule_neuron.h"

namespace bispike {

HWY_EXPORT(ternary_lif);

Entry<MakeNeuron> neuron_ternary_lif() {
    const NeuronModel<LeakOptions> model{
        .spikes = SpikeKind::bipolar,
        .run =
            [](const LeakOptions& o, const NeuronTask& task) {
                HWY_DYNAMIC_DISPATCH(ternary_lif)
                (o, task);
            },
        .plain = [](const LeakOptions& o) { return plain_ternary(o, plain_leak(o, 1.0f / o.tau), o.drop()); }};
    return {"ternary_lif", {"leaky integrate-and-fire with spikes -1, 0, +1"}, neuron_maker(model)};
}

}  // namespace bispike
#endif
