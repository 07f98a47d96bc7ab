// The neurons of NIR, by steps of Euler of length dt:
//
//   I, IF            v += r x                                       one step is one unit of time
//   LI, LIF          v += dt/tau (v_leak - v + r x)
//   CubaLI, CubaLIF  i += dt/tau_syn (w_in x - i);  v += dt/tau_mem (v_leak - v + r i)
//   IF, LIF, CubaLIF fire where v > v_threshold, and start again from v_reset (0 where the graph does not say)
//
// Source: Pedersen et al., "Neuromorphic intermediate representation", Nature Communications 2024. The others give v
// itself. Each neuron has its own parameters; v and i start at 0.
#include <algorithm>
#include <cmath>
#include <optional>

#include "models/nir/nir_layer.h"

namespace bispike {
namespace {

/// A parameter of each neuron, or one for all.
struct PerNeuron {
    std::vector<float> values;
    float operator[](int64_t i) const { return values[values.size() == 1 ? 0 : static_cast<size_t>(i)]; }
};

PerNeuron read(const NirNode& node, const char* name) { return {floats(channels_last(field_of(node, name)))}; }

/// dt / tau: the share of the way that a step goes. Throws Error where a step would go too far.
PerNeuron rate(const NirNode& node, const char* name, double dt) {
    PerNeuron rates;
    const std::vector<double> taus = channels_last(field_of(node, name));
    for (const double tau : taus) {
        if (!(tau > 0 && dt <= 2 * tau))
            fail("node `{}`: {} = {} s is too short for network.dt = {} s", node.name, name, tau, dt);
        rates.values.push_back(static_cast<float>(dt / tau));
    }
    return rates;
}

class NirNeuron : public Layer {
public:
    NirNeuron(const Scope& scope, const NirNode& node, const NirOptions& options)
        : Layer(scope.path(), node.type.ends_with("IF") ? "neuron" : "integrator"),
          fires_(node.type.ends_with("IF")),
          r_(read(node, "r")),
          v_slot_(scope.slot()),
          i_slot_(scope.slot()) {
        const bool has_current = node.type.starts_with("Cuba");
        if (has_current) {
            synapse_ = {rate(node, "tau_syn", options.dt), read(node, "w_in")};
            leak_ = {rate(node, "tau_mem", options.dt), read(node, "v_leak")};
        } else if (node.type.starts_with("L")) {
            leak_ = {rate(node, "tau", options.dt), read(node, "v_leak")};
        }
        if (fires_) threshold_ = read(node, "v_threshold");
        if (node.fields.contains("v_reset")) reset_ = read(node, "v_reset");
        if (std::ranges::all_of(reset_.values, [](float v) { return v == 0.0f; })) reset_ = {{0.0f}};  // of any shape
    }

    Value forward(Pass& pass, Value input) const override {
        Tensor x = std::move(input).take();
        const Shape s = x.shape().with(0, pass.steps);
        const int64_t each = s.product(2, s.rank()), lane = s[1] * each;
        if (r_.values.size() != 1 && static_cast<int64_t>(r_.values.size()) != each)
            fail("{}: {} neurons for {} inputs", name(), r_.values.size(), each);
        Tensor v = carried(pass, v_slot_, lane), current = carried(pass, i_slot_, synapse_ ? lane : 0);
        Tensor h = Tensor::uninitialised(s), out = Tensor::uninitialised(s), shown;
        if (fires_ && pass.watched() && pass.wants_input_current(name())) shown = Tensor::uninitialised(s);
        for (int64_t t = 0; t < pass.steps; ++t)
            for (int64_t e = 0; e < lane; ++e) {
                const int64_t n = e % each, at = t * lane + e;
                const float in = drive(x[x.shape()[0] == 1 ? e : at], n, synapse_ ? &current[e] : nullptr);
                if (!shown.empty()) shown[at] = in;
                h[at] = leak_ ? std::fma(leak_->rate[n], leak_->rest[n] - v[e] + in, v[e]) : v[e] + in;
                const bool fired = fires_ && h[at] > threshold_[n];
                v[e] = fired ? reset_[n] : h[at];
                out[at] = fires_ ? (fired ? 1.0f : 0.0f) : h[at];
            }
        if (pass.state != nullptr) (*pass.state)[v_slot_] = std::move(v), (*pass.state)[i_slot_] = std::move(current);
        if (pass.watched()) pass.count({.updates = static_cast<uint64_t>(s.size())});
        if (!fires_) return out;
        if (pass.watched()) show_inside(pass, std::move(h), std::move(shown));
        return Spikes::from(out, SpikeKind::binary);
    }

private:
    struct Leak {
        PerNeuron rate, rest;
    };
    struct Synapse {
        PerNeuron rate, weight;
    };

    void show_inside(Pass& pass, Tensor h, Tensor in) const {
        const auto& all = threshold_.values;
        const bool same = std::ranges::all_of(all, [&](float theta) { return theta == all[0]; });
        NeuronInside inside{.current = std::move(in), .threshold = same ? all[0] : std::nanf("")};
        if (pass.wants_potential(name())) inside.potential = std::move(h);
        pass.show_inside(std::move(inside));
    }

    static Tensor carried(Pass& pass, int slot, int64_t size) {
        if (pass.state != nullptr && pass.first_step > 0) return std::move((*pass.state)[slot]);
        return Tensor({size});
    }

    /// What moves the potential: r x, or r i where the synapse has a current.
    float drive(float x, int64_t n, float* current) const {
        if (current == nullptr) return r_[n] * x;
        *current = std::fma(synapse_->rate[n], synapse_->weight[n] * x - *current, *current);
        return r_[n] * *current;
    }

    bool fires_;
    PerNeuron r_, threshold_, reset_{{0.0f}};
    std::optional<Leak> leak_;        // none: I and IF
    std::optional<Synapse> synapse_;  // Cuba only
    int v_slot_, i_slot_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_neuron(const Scope& scope, const NirNode& node, const NirOptions& options) {
    return std::make_unique<NirNeuron>(scope, node, options);
}

}  // namespace bispike
