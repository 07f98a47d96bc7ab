// For the tests of neurons: one neuron layer with its settings and parameters, and ways to run it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/layers/neuron.h"
#include "models/registry.h"
#include "sim/net/neuron.h"

namespace bispike {

using Keys = std::vector<std::pair<const char*, const char*>>;

/// `steps` steps of a run of `timesteps`, the first of them `first_step`.
inline Pass pass_of(int timesteps, int first_step, int steps, State* state = nullptr) {
    Pass pass;
    pass.timesteps = timesteps, pass.first_step = first_step, pass.steps = steps, pass.state = state;
    return pass;
}

/// The neuron `model` at "n", with keys of the [neuron] section.
struct MadeNeuron {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    std::unique_ptr<Layer> layer;

    explicit MadeNeuron(const std::string& model, const Keys& keys = {}, NeuronRole role = {}) {
        for (const auto& [key, value] : keys) settings.set(std::string("neuron.") + key, value, "the test");
        layer = make_neuron(Scope(build, "n"), model, role);
    }
    const Neuron& neuron() const { return dynamic_cast<const Neuron&>(*layer); }

    /// The layer over all `steps` steps of x, without a tape.
    Value run(const Tensor& x, int steps) const {
        Pass pass = pass_of(steps, 0, steps);
        return layer->forward(pass, Value(x));
    }
    Value run(const Tensor& x) const { return run(x, static_cast<int>(x.shape()[0])); }

    struct Gradients {
        Tensor output, x;
        ParameterSums sums;
    };
    /// The output, and the gradients of sum(weight * output). weight [steps, B, ..., C]
    Gradients gradients(const Tensor& x, const Tensor& weight, bool smooth) const {
        const auto steps = static_cast<int>(weight.shape()[0]);
        Tape tape(parameters);
        Pass pass = pass_of(steps, 0, steps);
        pass.tape = &tape, pass.smooth_spikes = smooth;
        Value leaf = tape.record(x, {});
        tape.keep(leaf.node());
        const Value output = layer->forward(pass, std::move(leaf));
        const Value loss = tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(output.node(), weight); });
        tape.backward(loss);
        return {output.dense(), tape.kept(), tape.sums()};
    }
};

/// Normal currents, spread over a few thresholds.
inline Tensor random_currents(const Shape& shape, float sigma = 1.5f) {
    Rng rng(7, "currents", static_cast<uint64_t>(shape.size()));
    Tensor x = Tensor::uninitialised(shape);
    for (float& v : x.values()) v = 0.3f + sigma * rng.normal();
    return x;
}

}  // namespace bispike
