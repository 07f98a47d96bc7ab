// lif: the leaky integrate-and-fire neuron, with the conventions of SpikingJelly.
//
// Each step, with the potential v, the current x and the threshold theta, all in the same unit:
//   charge   h = v + (x - (v - v_reset)) / tau                     decay_input = true
//            h = v_reset + (v - v_reset) (1 - 1/tau) + x           decay_input = false
//   fire     s = [h >= theta], or [h > theta] if fire = strict
//   reset    v = (1 - s) h + s v_reset, or v = h - s theta if reset = soft
// tau is in steps; v starts at v_reset. In the backward pass ds/dh is the surrogate at h - theta.
//
// Sources: Lapicque 1907; Fang et al., "SpikingJelly: An open-source machine learning infrastructure platform for
// spike-based intelligence", Science Advances 2023 (LIFNode).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/neurons/lif.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include "sim/net/neuron-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

void lif(const LeakOptions& options, const NeuronTask& task) {
    with_leak(options, [&](auto charge) {
        with_reset(options, [&](auto reset) {
            const Rule rule{charge, BinaryFire(options), reset};
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

HWY_EXPORT(lif);

Entry<MakeNeuron> neuron_lif() {
    const NeuronModel<LeakOptions> model{
        .spikes = SpikeKind::binary,
        .run =
            [](const LeakOptions& options, const NeuronTask& task) {
                HWY_DYNAMIC_DISPATCH(lif)
                (options, task);
            },
        .plain = [](const LeakOptions& o) { return plain_binary(o, plain_leak(o, 1.0f / o.tau), o.drop()); }};
    return {"lif", {"leaky integrate-and-fire"}, neuron_maker(model)};
}

}  // namespace bispike
#endif
