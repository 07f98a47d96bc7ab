// The adapter and the registry of neurons: names, settings, observation, bad input.
#include "sim/net/neuron.h"

#include <doctest/doctest.h>

#include "sim/net/plain_neuron.h"
#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

/// Keeps what it is shown.
struct Watcher : Probe {
    bool potentials = false, currents = false;
    int calls = 0;
    OpCount count;
    Tensor potential, current;
    float threshold = 0;
    void begin_chunk(int) override {}
    bool wants_potential(const std::string& layer) const override { return potentials && layer == "n"; }
    bool wants_counts() const override { return true; }
    bool wants_input_current(const std::string& layer) const override { return currents && layer == "n"; }
    void on_call(const LayerCall& call) override {
        ++calls;
        count += call.count;
        CHECK(call.name == "n");
        CHECK(std::string(call.kind) == "neuron");
        potential = call.potential == nullptr ? Tensor() : *call.potential;
        current = call.current == nullptr ? Tensor() : *call.current;
        threshold = call.threshold;
    }
    void on_result(const Tensor&) override {}
};

TEST_CASE("the registry holds the five neurons") {
    std::vector<std::string> names;
    for (const auto& entry : registry().neurons) {
        names.push_back(entry.name);
        CHECK(!entry.about.help.empty());
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

TEST_CASE("watchers see the current of each step, also of one that stays the same") {
    for (const auto& entry : registry().neurons)
        for (const int64_t steps : {3, 1}) {
            CAPTURE(entry.name);
            const MadeNeuron made(entry.name);
            const Tensor x = random_currents({steps, 2, 21});
            Watcher watcher;
            watcher.potentials = watcher.currents = true;
            Probe* const probes[] = {&watcher};
            Pass pass = pass_of(3, 0, 3);
            pass.probes = probes;
            pass(*made.layer, Value(x));
            REQUIRE(watcher.current.shape() == Shape{3, 2, 21});
            for (int64_t i = 0; i < watcher.current.size(); ++i) CHECK(watcher.current[i] == x[i % x.size()]);
            CHECK(same_bits(watcher.potential, run_plain(made.neuron().plain(), watcher.current).h));
        }
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
        CHECK(watcher.threshold == made.neuron().threshold());
        CHECK(watcher.current.empty());
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

/// Spikes and gradients of sum(weight * spikes) where a batch normalisation stands before the neuron: on its own, or
/// left to the neuron.
struct BehindNorm {
    Tensor output, x;
    ParameterSums sums;
};

BehindNorm behind_norm(const MadeNeuron& made, const BatchNormParameters& norm, const Tensor& x, bool left_to_neuron) {
    Tape tape(made.parameters);
    Pass pass = pass_of(static_cast<int>(x.shape()[0]), 0, static_cast<int>(x.shape()[0]));
    pass.tape = &tape;
    Value leaf = tape.record(x, {});
    tape.keep(leaf.node());
    const Value output = left_to_neuron ? made.neuron().forward(pass, normalised(tape, std::move(leaf), norm))
                                        : made.neuron().forward(pass, batch_norm(tape, std::move(leaf), norm));
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(output.node(), x); }));
    return {output.dense(), tape.kept(), std::move(tape.sums())};
}

TEST_CASE("a normalisation left to the neuron changes no spike, and gradients by rounding alone") {
    for (const char* model : {"lif", "plif", "ternary_lif", "ilif"}) {
        MadeNeuron made(model);
        const auto constant = [&](const char* name, float value, Role role) {
            Tensor values({37});
            values.fill(value);
            return &made.parameters.add(name, values, role);
        };
        const BatchNormParameters norm{constant("gamma", 1.2f, Role::scale), constant("beta", 0.3f, Role::scale),
                                       constant("mean", 0, Role::buffer), constant("variance", 0, Role::buffer)};
        const Tensor x = random_currents({3, 2, 400, 37});  // 800 rows of 111 values: more than go together
        const BehindNorm apart = behind_norm(made, norm, x, false), joined = behind_norm(made, norm, x, true);
        CHECK(same_bits(joined.output, apart.output));
        double largest = 0;
        for (int64_t i = 0; i < x.size(); ++i) largest = std::max<double>(largest, std::abs(joined.x[i] - apart.x[i]));
        CHECK(largest < 1e-5);
        for (int i = 0; i < joined.sums.size(); ++i)
            for (int64_t j = 0; j < joined.sums[i].size(); ++j)
                CHECK(joined.sums[i][j] == doctest::Approx(apart.sums[i][j]).epsilon(1e-4).scale(1));
    }
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
