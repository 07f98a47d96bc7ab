// The adapter and the registry of neurons: names, settings, observation, bad input.
#include "sim/net/neuron.h"

#include <doctest/doctest.h>

#include "sim/net/plain_neuron.h"
#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

/// Keeps what it is shown.
struct Watcher : Probe {
    bool potentials = false;
    int calls = 0;
    OpCount count;
    Tensor potential;
    void begin_chunk(int) override {}
    bool wants_potential(const std::string& layer) const override { return potentials && layer == "n"; }
    void on_call(const LayerCall& call) override {
        ++calls;
        count += call.count;
        CHECK(call.name == "n");
        CHECK(std::string(call.kind) == "neuron");
        potential = call.potential == nullptr ? Tensor() : *call.potential;
    }
    void on_result(const Tensor&) override {}
};

TEST_CASE("the registry holds the five neurons") {
    std::vector<std::string> names;
    for (const auto& entry : registry().neurons) {
        names.push_back(entry.name);
        CHECK(!entry.help.empty());
    }
    CHECK(names == std::vector<std::string>{"if", "lif", "plif", "ternary_lif", "ilif"});
}

TEST_CASE("make_neuron makes lif unless the settings name another model") {
    MadeNeuron made("lif");
    const auto kind = [&made] {
        return dynamic_cast<const Neuron&>(*make_neuron(Scope(made.build, "other"), NeuronRole{})).spikes();
    };
    CHECK(kind() == SpikeKind::binary);
    made.settings.set("neuron.model", "ternary_lif", "the test");
    CHECK(kind() == SpikeKind::bipolar);
    made.settings.set("neuron.model", "lief", "the test");
    CHECK_THROWS_WITH_AS(kind(), doctest::Contains("neuron.model = `lief` (did you mean `lif`?)"), Error);
}

TEST_CASE("a ternary neuron beside an integer host shares the section without unknown keys") {
    MadeNeuron made("ilif", {{"levels", "3"}, {"tau", "3"}, {"threshold", "0.5"}});
    const auto query = make_neuron(Scope(made.build, "q"), "ternary_lif");
    made.settings.require_all_read();
    Pass pass;
    CHECK(query->forward(pass, Value(Tensor({1, 1, 2}, {1.6f, -1.4f}))).spikes()->fired(0)[0] == 0b01);
}

TEST_CASE("watchers see the potential after charging and one update a neuron and step") {
    for (const auto& entry : registry().neurons) {
        CAPTURE(entry.name);
        const MadeNeuron made(entry.name);
        const Tensor x = random_currents({3, 2, 21});
        Watcher watcher;
        watcher.potentials = true;
        Probe* const probes[] = {&watcher};
        Pass pass = pass_of(3, 0, 3);
        pass.probes = probes;
        const Value out = pass(*made.layer, Value(x));
        CHECK(watcher.calls == 1);
        CHECK(watcher.count == OpCount{.updates = 3 * 2 * 21});
        CHECK(same_bits(watcher.potential, run_plain(made.neuron().plain(), x).h));
        CHECK(*out.spikes() == *made.run(x).spikes());
    }
}

TEST_CASE("nobody gets a potential without asking") {
    const MadeNeuron made("lif");
    Watcher watcher;
    Probe* const probes[] = {&watcher};
    Pass pass;
    pass.probes = probes;
    pass(*made.layer, Value(random_currents({1, 2, 3})));
    CHECK(watcher.potential.empty());
}

TEST_CASE("spikes are a neuron's input as well as currents") {
    const MadeNeuron made("lif", {{"threshold", "0.5"}});
    Pass pass;
    const Tensor x({1, 1, 3}, {0, 1, 1});
    CHECK(same_bits(made.layer->forward(pass, Value(Spikes::from(x, SpikeKind::binary))).dense(), x));
}

TEST_CASE("recording changes no spike") {
    const MadeNeuron made("lif");
    const Tensor x = random_currents({3, 2, 21});
    CHECK(same_bits(made.gradients(x, x, false).output, made.run(x).dense()));
}

TEST_CASE("an input with the wrong number of steps or axes is refused by name") {
    const MadeNeuron made("lif");
    CHECK_THROWS_WITH_AS(made.run(Tensor({3, 1, 2}), 4), "n: input [3, 1, 2] must have 1 or 4 time steps", Error);
    CHECK_THROWS_WITH_AS(made.run(Tensor({3}), 3), doctest::Contains("n: input [3] has no axes"), Error);
}

TEST_CASE("a state of another batch is refused") {
    const MadeNeuron made("lif");
    State state;
    Pass pass = pass_of(2, 0, 1, &state);
    made.layer->forward(pass, Value(Tensor({1, 2, 3})));
    pass.first_step = 1;
    CHECK_THROWS_WITH_AS(made.layer->forward(pass, Value(Tensor({1, 4, 3}))), doctest::Contains("n"), Error);
}

}  // namespace
}  // namespace bispike
