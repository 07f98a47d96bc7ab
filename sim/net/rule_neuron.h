// A neuron whose equations are a rule and its parameters: the layer that a model's file hands to the registry.
#pragma once

#include "sim/net/neuron.h"
#include "sim/net/neuron_preset.h"
#include "sim/net/registry.h"

namespace bispike {

/// What a model's file defines. Params has fields(), check(), `threshold` and rest().
template <class Params>
struct NeuronModel {
    SpikeKind spikes;
    void (*run)(const Params&, const NeuronTask&);  // compiled per instruction set, chosen at run time
    PlainNeuron (*plain)(const Params&);
};

/// The parameters for a neuron in `role`: the [neuron] section, checked.
template <class Params>
Params neuron_params(const Scope& scope, NeuronRole role) {
    Params params = scope.settings().read<Params>("neuron", preset_params<Params>(scope.settings()));
    if (role.threshold >= 0.0f) params.threshold = role.threshold;
    params.check();
    return params;
}

template <class Params>
class RuleNeuron final : public Neuron {
public:
    RuleNeuron(const Scope& scope, const Params& params, const NeuronModel<Params>& model)
        : Neuron(scope, model.spikes, params.rest()), params_(params), model_(model) {}
    float threshold() const override { return params_.threshold; }
    PlainNeuron plain() const override { return model_.plain(params_); }
    Facts facts() const override { return neuron_facts(model_.spikes, params_); }
    void perform(const NeuronTask& task) const override { model_.run(params_, task); }

private:
    Params params_;
    NeuronModel<Params> model_;
};

/// The registry's maker for a model.
template <class Params>
MakeNeuron neuron_maker(NeuronModel<Params> model) {
    return [model](const Scope& scope, NeuronRole role) {
        return std::make_unique<RuleNeuron<Params>>(scope, neuron_params<Params>(scope, role), model);
    };
}

}  // namespace bispike
