// plif: the leaky neuron that learns its time constant.
//
// As lif, with 1/tau = sigmoid(w) [1/steps] for one learned number w a layer, parameter "w" [1], which starts at
// -ln(tau - 1). Its gradient is the sum over steps and neurons of dL/dh dh/d(1/tau), where
//   dh/d(1/tau) = x - (v - v_reset)      decay_input = true
//               = -(v - v_reset)         decay_input = false
//
// Source: Fang et al., "Incorporating learnable membrane time constant to enhance learning of spiking neural
// networks", ICCV 2021.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/neurons/plif.cpp"
#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include "sim/net/neuron-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {

struct LearnedLeakWithInput : LeakWithInput {
    /// From h = v + rate (x - (v - rest)), so that x need not be kept.
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V dh_drate(D d, V h, V v) const {
        return hn::Div(hn::Sub(h, v), hn::Set(d, rate));
    }
};

struct LearnedLeakWithoutInput : LeakWithoutInput {
    template <class D, class V = hn::Vec<D>>
    HWY_INLINE V dh_drate(D d, V, V v) const {
        return hn::Sub(hn::Set(d, rest), v);
    }
};

template <class Charge>
void plif_with(const Charge& charge, const LeakOptions& options, const NeuronTask& task) {
    with_reset(options, [&](auto reset) {
        const Rule rule{charge, BinaryFire(options), reset};
        perform(rule, {options.surrogate_function(), options.detach_reset}, task);
    });
}

void plif(const LeakOptions& options, float rate, const NeuronTask& task) {
    if (options.decay_input)
        plif_with(LearnedLeakWithInput{{rate, options.v_reset}}, options, task);
    else
        plif_with(LearnedLeakWithoutInput{{rate, options.v_reset}}, options, task);
}

}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

#include "sim/net/plain_neuron.h"
#include "sim/net/rule_neuron.h"

namespace bispike {
namespace {

HWY_EXPORT(plif);

class LearnedLeakNeuron final : public Neuron {
public:
    LearnedLeakNeuron(const Scope& scope, const LeakOptions& options)
        : Neuron(scope, SpikeKind::binary, options.rest()),
          options_(options),
          w_(scope.constant("w", {1}, -std::log(options.tau - 1.0f), Role::scale)) {}

    float threshold() const override { return options_.threshold; }
    PlainNeuron plain() const override {
        return plain_binary(options_, plain_leak(options_, rate()), options_.threshold);
    }
    Facts facts() const override {
        return NeuronFacts{SpikeKind::binary, options_, NeuronFacts::Leak{rate(), options_.decay_input}};
    }
    void perform(const NeuronTask& task) const override { HWY_DYNAMIC_DISPATCH(plif)(options_, rate(), task); }

protected:
    void perform_backward(Tape& tape, NeuronBackward task) const override {
        Tensor by_channel({task.channels});
        task.rate_gradient = by_channel.data();
        perform(task);
        double sum = 0.0;  // in the order of the channels: the same for any number of lanes
        for (const float g : by_channel.values()) sum += g;
        tape.sums()[w_][0] += static_cast<float>(sum * rate() * (1.0 - rate()));
    }

private:
    float rate() const { return 1.0f / (1.0f + std::exp(-w_.value[0])); }  // 1/tau [1/steps]

    LeakOptions options_;
    Parameter& w_;
};

std::unique_ptr<Layer> make_plif(const Scope& scope, NeuronRole role) {
    const auto options = neuron_params<LeakOptions>(scope, role);
    if (options.reset == "soft_next") fail("neuron.reset = soft_next: plif learns its leak; give hard or soft");
    if (options.tau <= 1.0f) fail("neuron.tau = {}: plif must start above 1 step", options.tau);
    return std::make_unique<LearnedLeakNeuron>(scope, options);
}

}  // namespace

Entry<MakeNeuron> neuron_plif() {
    return {"plif", {"leaky integrate-and-fire with a learned time constant"}, make_plif};
}

}  // namespace bispike
#endif
