// For the tests of attention: one attention layer with its settings and parameters, and a probe that remembers.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/layers/neuron.h"
#include "models/registry.h"
#include "sim/net/scope.h"

namespace bispike {

/// Keeps every call it sees, by name.
class Memory : public Probe {
public:
    struct Call {
        std::string kind;
        Value output;
        OpCount count;
    };
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_counts() const override { return true; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    void on_call(const LayerCall& call) override { calls_[call.name] = {call.kind, call.output, call.count}; }
    void on_result(const Tensor&) override {}
    const Call& operator[](const std::string& name) const { return calls_.at(name); }
    bool saw(const std::string& name) const { return calls_.contains(name); }

private:
    std::map<std::string, Call> calls_;
};

/// A pass over a whole run of `steps` time steps.
inline Pass whole_run(int64_t steps) {
    Pass pass;
    pass.timesteps = pass.steps = static_cast<int>(steps);
    return pass;
}

/// The attention `model` at "attn" with keys "section.key" of the config. Neurons fire often unless told otherwise.
struct MadeAttention {
    using Keys = std::initializer_list<std::pair<std::string, std::string>>;

    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    std::unique_ptr<Layer> layer, host_lif;  // a host has neurons of its own

    MadeAttention(const std::string& model, int64_t dim, int64_t heads, Keys keys = {}) {
        settings.set("neuron.threshold", "0.25", "the test");
        for (const auto& [key, value] : keys) settings.set(key, value, "the test");
        layer = find(registry().attention, model, "attention.model").make(Scope(build, "attn"), dim, heads);
        host_lif = make_neuron(Scope(build, "host_lif"));
        settings.require_all_read();
        layer->prepare(Purpose::simulate);
    }
    /// All steps of x [t, B, N, C] at once, without a tape.
    Value run(Value x, Memory* memory = nullptr) const {
        Probe* const probes[] = {memory};
        Pass pass = whole_run(x.shape()[0]);
        pass.probes = std::span(probes, memory ? 1 : 0);
        return pass(*layer, std::move(x));
    }
};

}  // namespace bispike
