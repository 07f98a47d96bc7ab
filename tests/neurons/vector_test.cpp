// Every registered neuron in vectors against its plain form, bit for bit.
#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <vector>

#include "sim/net/plain_neuron.h"
#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

constexpr int64_t kChannels[] = {1, 7, 16, 33, 64, 65, 100};

struct Variant {
    std::string model;
    Keys keys;
};

const std::vector<Variant>& variants() {
    static const std::vector<Variant> all = [] {
        std::vector<Variant> list{{"if", {}},
                                  {"if", {{"reset", "soft"}}},
                                  {"if", {{"fire", "strict"}, {"v_reset", "-0.3"}}},
                                  {"ilif", {}},
                                  {"ilif", {{"levels", "127"}, {"threshold", "0.03"}, {"decay", "0.9"}}}};
        list.push_back({"ternary_lif", {{"v_reset", "-3"}}});  // fires at rest: lanes past the last channel would too
        for (const char* model : {"lif", "plif", "ternary_lif"})
            for (const Keys& keys :
                 std::vector<Keys>{{},
                                   {{"tau", "3"}},
                                   {{"decay_input", "false"}},
                                   {{"reset", "soft"}, {"threshold", "0.7"}},
                                   {{"decay_input", "false"}, {"tau", "1.7"}, {"v_reset", "0.1"}, {"reset", "soft"}},
                                   {{"fire", "strict"}, {"v_reset", "-0.2"}, {"tau", "1.3"}}})
                list.push_back({model, keys});
        return list;
    }();
    return all;
}

/// Currents that often charge a resting neuron to the threshold exactly.
Tensor currents(const Shape& shape) {
    Tensor x = random_currents(shape);
    for (int64_t i = 0; i < x.size(); i += 3) x[i] = i % 2 == 0 ? 2.0f : -2.0f;
    return x;
}

/// Runs `check` on each instruction set that this machine has.
template <class Check>
void on_each_target(const Check& check) {
    const int64_t all = hwy::SupportedTargets();
    for (int64_t rest = all; rest != 0; rest &= rest - 1) {
        const int64_t target = rest & -rest;
        CAPTURE(hwy::TargetName(target));
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        check();
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

TEST_CASE("vectors fire the bits of the plain neuron for any channel count, option and instruction set") {
    on_each_target([] {
        for (const Variant& variant : variants())
            for (const int64_t channels : kChannels) {
                CAPTURE(variant.model);
                CAPTURE(channels);
                const MadeNeuron made(variant.model, variant.keys);
                const Tensor x = currents({5, 2, 3, channels});
                const PlainRun plain = run_plain(made.neuron().plain(), x);
                REQUIRE(*made.run(x).spikes() == Spikes::from(plain.s, made.neuron().spikes()));
            }
    });
}

TEST_CASE("vectors keep the potentials of the plain neuron between chunks of time") {
    for (const Variant& variant : variants())
        for (const int64_t channels : {7, 100}) {
            CAPTURE(variant.model);
            const MadeNeuron made(variant.model, variant.keys);
            const Tensor x = currents({1, 3, channels});
            const PlainRun first = run_plain(made.neuron().plain(), x);
            const PlainRun second = run_plain(made.neuron().plain(), x, first.v);
            State state;
            Pass pass = pass_of(2, 0, 1, &state);
            REQUIRE(*made.layer->forward(pass, Value(x)).spikes() == Spikes::from(first.s, made.neuron().spikes()));
            REQUIRE(state[0].shape() == Shape{3, channels});
            pass.first_step = 1;
            REQUIRE(*made.layer->forward(pass, Value(x)).spikes() == Spikes::from(second.s, made.neuron().spikes()));
            for (int64_t i = 0; i < second.v.size(); ++i) REQUIRE(state[0][i] == second.v[i]);
        }
}

TEST_CASE("one chunk of T steps and T chunks of one step give the same bits") {
    for (const auto& entry : registry().neurons) {
        CAPTURE(entry.name);
        const MadeNeuron made(entry.name);
        const Tensor x = currents({4, 2, 65});
        const Spikes whole = *made.run(x).spikes();
        State state;
        for (int t = 0; t < 4; ++t) {
            Pass pass = pass_of(4, t, 1, &state);
            const Tensor step({1, 2, 65}, x.values().subspan(static_cast<size_t>(t) * 130, 130));
            REQUIRE(*made.layer->forward(pass, Value(step)).spikes() == whole.slice(t, t + 1));
        }
    }
}

TEST_CASE("a new run starts from rest whatever the state holds") {
    const MadeNeuron made("lif");
    const Tensor x = currents({1, 2, 9});
    State state;
    Pass pass = pass_of(2, 0, 1, &state);
    const Spikes first = *made.layer->forward(pass, Value(x)).spikes();
    CHECK(*made.layer->forward(pass, Value(x)).spikes() == first);
}

TEST_CASE("an input of one step repeats at every step of the pass") {
    for (const auto& entry : registry().neurons) {
        CAPTURE(entry.name);
        const MadeNeuron made(entry.name);
        const Tensor x = currents({1, 2, 40});
        Tensor repeated({3, 2, 40});
        for (int64_t i = 0; i < repeated.size(); ++i) repeated[i] = x[i % 80];
        REQUIRE(*made.run(x, 3).spikes() == *made.run(repeated).spikes());
    }
}

TEST_CASE("gradients of a row do not depend on how many channels lie beside a neuron, nor on the instruction set") {
    for (const Variant& variant : variants()) {
        CAPTURE(variant.model);
        const MadeNeuron made(variant.model, variant.keys);
        const Tensor x = currents({4, 1, 35}), weight = random_currents({4, 1, 35});
        Tensor one({4, 1, 1}), one_weight({4, 1, 1}), expected({4, 1, 35});
        for (int64_t c = 0; c < 35; ++c) {
            for (int64_t t = 0; t < 4; ++t) one[t] = x[t * 35 + c], one_weight[t] = weight[t * 35 + c];
            const Tensor dx = made.gradients(one, one_weight, false).x;
            for (int64_t t = 0; t < 4; ++t) expected[t * 35 + c] = dx[t];
        }
        on_each_target([&] { REQUIRE(same_bits(made.gradients(x, weight, false).x, expected)); });
    }
}

}  // namespace bispike
