// if: the integrate-and-fire neuron, which never forgets.
//
// Each step, with the potential v, the current x and the threshold theta, all in the same unit:
//   charge   h = v + x
//   fire     s = [h >= theta], or [h > theta] if fire = strict
//   reset    v = (1 - s) h + s v_reset, or v = h - s theta if reset = soft
// v starts at v_reset. In the backward pass ds/dh is the surrogate at h - theta.
//
// Source: Lapicque 1907; IFNode of SpikingJelly (Fang et al., Science Advances 2023).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/neurons/if.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include "sim/net/neuron-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

void integrate_and_fire(const FireOptions& options, const NeuronTask& task) {
    with_reset(options, [&](auto reset) {
        const Rule rule{Integrate(), BinaryFire(options), reset};
        perform(rule, {options.surrogate_function(), options.detach_reset}, task);
    });
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "sim/net/plain_neuron.h"
#include "sim/net/rule_neuron.h"

namespace bispike {

HWY_EXPORT(integrate_and_fire);

Entry<MakeNeuron> neuron_if() {
    const NeuronModel<FireOptions> model{
        .spikes = SpikeKind::binary,
        .run =
            [](const FireOptions& o, const NeuronTask& task) {
                HWY_DYNAMIC_DISPATCH(integrate_and_fire)
                (o, task);
            },
        .plain = [](const FireOptions& o) { return plain_binary(o, plain_integrate(), o.drop()); }};
    return {"if", {"integrate-and-fire, without a leak"}, neuron_maker(model)};
}

}  // namespace bispike
#endif
