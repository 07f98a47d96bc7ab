// NIR graphs as networks: neurons by hand, graphs against plain loops, real files of other programs.
#include "models/nir/nir_network.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "sim/core/rng.h"
#include "tests/nir/nir_chain.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

NirNode lif(const char* name, Reals tau, Reals threshold) {
    const std::vector<int64_t> shape = {static_cast<int64_t>(tau.size())};
    const Reals ones(tau.size(), 1.0), zeros(tau.size(), 0.0);
    return node(name, "LIF",
                {{"tau", numbers(shape, tau)},
                 {"r", numbers(shape, ones)},
                 {"v_leak", numbers(shape, zeros)},
                 {"v_threshold", numbers(shape, threshold)}});
}

std::string shared(const char* file) {
    const char* given = std::getenv("BISPIKE_SHARED");
    return (given ? std::string(given) : std::string(BISPIKE_SOURCE_DIR) + "/../shared") + "/data/nir/" + file;
}

}  // namespace

TEST_CASE("nir: an IF neuron adds r x and fires above its threshold, not at it") {
    const NirNode neuron = node("n", "IF", {{"r", numbers({1}, {0.5})}, {"v_threshold", numbers({1}, {1})}});
    // v = 0.5, 1 (does not fire), 1.5 fires, 0.5
    CHECK(train(run(chain(1, {neuron}, 1), {1}, 4)) == std::vector<float>{0, 0, 1, 0});
}

TEST_CASE("nir: a LIF neuron goes dt / tau of the way and starts again from v_reset") {
    NirNode neuron = lif("n", {2}, {1});
    // v = 1 (does not fire), 1.5 fires, 1, 1.5 fires
    CHECK(train(run(chain(1, {neuron}, 1), {2}, 4)) == std::vector<float>{0, 1, 0, 1});
    neuron.fields["v_reset"] = numbers({1}, {-1});
    // v = 1, 1.5 fires, (-1 + 2) / 2 = 0.5, 1.25 fires
    CHECK(train(run(chain(1, {neuron}, 1), {2}, 4)) == std::vector<float>{0, 1, 0, 1});
    neuron.fields["v_leak"] = numbers({1}, {1});
    // v = 1.5 fires, -1 + (1 + 1 + 2) / 2 = 1, 2 fires, 1
    CHECK(train(run(chain(1, {neuron}, 1), {2}, 4)) == std::vector<float>{1, 0, 1, 0});
    // a step of half a unit goes a quarter of the way: 0.5, 0.875, 1.15625 fires
    CHECK(train(run(chain(1, {lif("n", {2}, {1})}, 1), {2}, 3, "0.5")) == std::vector<float>{0, 0, 1});
}

TEST_CASE("nir: a CubaLIF neuron charges its current first") {
    const NirNode neuron = node("n", "CubaLIF",
                                {{"tau_syn", numbers({1}, {2})},
                                 {"tau_mem", numbers({1}, {2})},
                                 {"r", numbers({1}, {1})},
                                 {"v_leak", numbers({1}, {0})},
                                 {"v_threshold", numbers({1}, {1})},
                                 {"w_in", numbers({1}, {2})}});
    // i = 1, 1.5, 1.75, 1.875;  v = 0.5, 1 (does not fire), 1.375 fires, 0.9375
    CHECK(train(run(chain(1, {neuron}, 1), {1}, 4)) == std::vector<float>{0, 0, 1, 0});
}

TEST_CASE("nir: integrators give their potential") {
    const NirNode leaky =
        node("n", "LI", {{"tau", numbers({1}, {2})}, {"r", numbers({1}, {1})}, {"v_leak", numbers({1}, {0})}});
    CHECK(train(run(chain(1, {leaky}, 1), {2}, 3)) == std::vector<float>{1, 1.5f, 1.75f});
    CHECK(train(run(chain(1, {node("n", "I", {{"r", numbers({1}, {3})}})}, 1), {1}, 3)) == std::vector<float>{3, 6, 9});
    const NirNode scale = node("s", "Scale", {{"scale", numbers({1}, {-2})}});
    CHECK(train(run(chain(1, {leaky, scale}, 1), {2}, 2)) == std::vector<float>{-2, -3});
    const NirNode step = node("s", "Threshold", {{"threshold", numbers({1}, {1})}});
    CHECK(train(run(chain(1, {leaky, step}, 1), {2}, 2)) == std::vector<float>{0, 1});
}

TEST_CASE("nir: edges that meet add up, also what is the same at every step") {
    const NirNode integrator = node("n", "I", {{"r", numbers({1}, {1})}}),
                  scale = node("s", "Scale", {{"scale", numbers({1}, {10})}});
    NirGraph graph = chain(1, {integrator}, 1, {{"in", "s"}, {"s", "out"}});
    graph.nodes.push_back(scale);
    CHECK(train(run(graph, {1}, 3)) == std::vector<float>{11, 12, 13});
}

TEST_CASE("nir: a recurrent edge brings what was there the step before, for any chunk") {
    // Two neurons that hush each other: v = v + (x - 4 s_other of the step before).
    const NirNode pair = node("pair", "IF", {{"r", numbers({2}, {1, 1})}, {"v_threshold", numbers({2}, {1, 1})}});
    const NirNode back = node("back", "Linear", {{"weight", numbers({2, 2}, {0, -4, -4, 0})}});
    NirGraph graph = chain(2, {pair}, 2, {{"pair", "back"}, {"back", "pair"}});
    graph.nodes.push_back(back);
    std::vector<float> expected;
    float v[2] = {0, 0}, fired[2] = {0, 0};
    for (int t = 0; t < 12; ++t) {
        const float x[2] = {0.75f - 4 * fired[1], 0.5f - 4 * fired[0]};
        for (int n = 0; n < 2; ++n) {
            v[n] += x[n];
            fired[n] = v[n] > 1 ? 1.0f : 0.0f;
            if (v[n] > 1) v[n] = 0;
            expected.push_back(fired[n]);
        }
    }
    for (const int chunk : {0, 1, 5}) CHECK(train(run(graph, {0.75, 0.5}, 12, "1", chunk)) == expected);
}

TEST_CASE("nir: chunks of time change no bit") {
    Rng rng(3, "weights");
    Reals weight(12), tau(3), threshold(3);
    for (double& w : weight) w = rng.uniform(-1.0f, 2.0f);
    for (double& t : tau) t = rng.uniform(2.0f, 5.0f);
    for (double& t : threshold) t = rng.uniform(0.2f, 0.6f);
    const NirNode affine =
        node("a", "Affine", {{"weight", numbers({3, 4}, weight)}, {"bias", numbers({3}, {0.1, 0.2, 0.3})}});
    const NirGraph graph = chain(4, {affine, lif("n", tau, threshold)}, 3);
    const Tensor whole = run(graph, {0.5, 1, 0.25, 0.75}, 9);
    CHECK(same_bits(whole, run(graph, {0.5, 1, 0.25, 0.75}, 9, "1", 1)));
    CHECK(same_bits(whole, run(graph, {0.5, 1, 0.25, 0.75}, 9, "1", 4)));
    double fired = 0;
    for (const float s : whole.values()) fired += s;
    CHECK(fired > 3);
    CHECK(fired < 27);
}

TEST_CASE("nir: what cannot be run is refused with its reason") {
    const auto refusal = [](const NirGraph& graph) { return message_of([&] { run(graph, {1}, 1); }); };
    CHECK(contains(refusal(chain(1, {node("d", "Delay", {{"delay", numbers({1}, {-0.1})}})}, 1)),
                   "node `d`: delay = -0.1 s: it must be 0 or more"));
    CHECK(contains(refusal(chain(1, {lif("n", {0.1}, {1})}, 1)), "tau = 0.1 s is too short for network.dt = 1 s"));
    CHECK(contains(refusal(chain(1, {lif("n", {2, 2}, {1, 1})}, 1)), "n: 2 neurons for 1 inputs"));
    NirGraph alone = chain(1, {lif("n", {2}, {1})}, 1);
    alone.nodes.push_back(lif("far", {2}, {1}));
    CHECK(contains(refusal(alone), "no Input reaches the node `far`"));
    NirGraph two = chain(1, {lif("n", {2}, {1})}, 1);
    two.nodes.push_back(node("in2", "Input", {{"shape", NirField::list(std::vector<int64_t>{1})}}));
    CHECK(contains(message_of([&] { nir_image(two); }), "two Input nodes"));
}

TEST_CASE("nir: files of Norse and snnTorch run, where they are at hand") {
    if (!std::filesystem::exists(shared("lif_norse.nir"))) {
        MESSAGE("skipped: no folder data/nir in $BISPIKE_SHARED or ../shared");
        return;
    }
    // tau = 2.5 ms in steps of 0.1 ms, threshold 0.1: v = x (1 - 0.96^n) with x = 1 passes 0.1 at the third step.
    CHECK(train(run(read_nir(shared("lif_norse.nir")), {1}, 6, "1e-4")) == std::vector<float>{0, 0, 1, 0, 0, 1});
    for (const char* file : {"two_lif_neurons.nir", "braille_norse.nir", "braille_noDelay_bias_zero.nir"}) {
        const NirGraph graph = read_nir(shared(file));
        const Tensor whole = run(graph, Reals(static_cast<size_t>(nir_image(graph).channels), 3.0), 20, "1e-4");
        CHECK(whole.shape() == Shape{20, 1, nir_image(graph).classes});
        for (const float s : whole.values()) REQUIRE((s == 0.0f || s == 1.0f));
    }
}
