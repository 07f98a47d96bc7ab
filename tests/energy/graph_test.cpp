// NIR graphs: what is counted, by hand, and against the layers' own counts.
#include <doctest/doctest.h>

#include "sim/energy/energy_observer.h"
#include "sim/report/activity.h"
#include "tests/nir/nir_chain.h"

using namespace bispike;

namespace {

/// A graph that was run over some images for some steps.
struct CountedGraph {
    NetworkFacts facts;
    RunSums sums;
    std::vector<LayerActivity> activity, beside;  // counted by the layers; taken from the energy where that has it

    CountedGraph(const NirGraph& graph, const Reals& input, int steps, const SimulateOptions& options = {}) {
        Settings settings;
        settings.set("network.model", "nir", "the test");
        settings.set("network.timesteps", std::to_string(steps), "the test");
        settings.set("network.dt", "1", "the test");
        const ImageSpec spec = nir_image(graph);
        Model model(settings, registry_with(graph), spec, 42);
        facts = describe(model);
        Tensor image({1, spec.height, spec.width, spec.channels});
        for (size_t i = 0; i < input.size(); ++i) image[static_cast<int64_t>(i)] = static_cast<float>(input[i]);
        const std::vector<int> labels(1);
        const ImageSource source{1, labels, [&](std::span<const int64_t>) { return image; }};
        EnergyObserver energy(facts);
        ActivityObserver own, other(facts);
        Observer* const alone[] = {&own};
        Observer* const together[] = {&other, &energy};
        simulate(model, source, options, alone, [](int64_t) {});
        simulate(model, source, options, together, [](int64_t) {});
        sums = energy.sums(), activity = own.layers();
        other.take(sums), beside = other.layers();
    }
    const LayerFacts& facts_of(const std::string& layer) const {
        REQUIRE(facts.find(layer) >= 0);
        return facts.layers[static_cast<size_t>(facts.find(layer))];
    }
    const Statistics& all(const std::string& layer) const {
        REQUIRE(facts.find(layer) >= 0);
        return sums.layers[static_cast<size_t>(facts.find(layer))].all;
    }
};

NirNode integrate_and_fire(const std::string& name, int64_t neurons) {
    const auto each = [&](double v) { return numbers({neurons}, Reals(static_cast<size_t>(neurons), v)); };
    return node(name, "IF", {{"r", each(1)}, {"v_threshold", each(0.5)}, {"v_reset", each(0)}});
}

NirNode linear(const std::string& name, Extents shape, Reals weights) {
    return node(name, "Linear", {{"weight", numbers(std::move(shape), std::move(weights))}});
}

/// Of the input 1, 0: charges 1, 0 and 0.3 a step, so spikes 1 0 0, then 1 0 1.
NirGraph two_layers() {
    return chain(
        2, {linear("a", {3, 2}, {1, 5, 0, 5, 0.3, 5}), integrate_and_fire("lif", 3), linear("b", {1, 3}, {0, 1, 2})},
        1);
}

NirNode convolution(const std::string& name) {
    return node(name, "Conv2d",
                {{"weight", numbers({1, 1, 3, 3}, Reals(9, 1))},
                 {"stride", extents({1, 1})},
                 {"padding", extents({1, 1})},
                 {"dilation", extents({1, 1})},
                 {"groups", extents({1})}});
}

}  // namespace

TEST_CASE("two linear maps and a neuron, counted by hand") {
    const CountedGraph g(two_layers(), {1, 0}, 2);
    CHECK(g.facts_of("a").is_first);
    CHECK(g.facts_of("a").signal == Signal::real);
    CHECK(g.all("a").steps == 1);  // the image is the same at both steps
    CHECK(g.all("a").executed == 6);
    CHECK(g.all("a").nonzero == 1);
    CHECK(g.facts_of("lif").part == Part::neuron);
    CHECK(g.all("lif").updates == 6);
    CHECK(g.all("lif").compares == 6);
    CHECK(g.all("lif").nonzero == 3);
    CHECK_FALSE(g.facts_of("b").is_first);
    CHECK(g.facts_of("b").signal == Signal::binary);
    CHECK(g.facts_of("b").zero_weights == 1);
    CHECK(g.all("b").steps == 2);
    CHECK(g.all("b").dense == 6);
    CHECK(g.all("b").executed == 3);
    CHECK(g.all("b").effective == 1);  // two spikes meet a weight of 0
}

TEST_CASE("a spike in the corner of a convolution, and a factor for each value") {
    Reals image(16);
    image[0] = 1;
    const NirGraph graph = chain({1, 4, 4},
                                 {node("fires", "Threshold", {{"threshold", numbers({1}, {0.5})}}), convolution("conv"),
                                  node("times", "Scale", {{"scale", numbers({1}, {3})}})},
                                 {1, 4, 4});
    const CountedGraph g(graph, image, 1);
    CHECK(g.all("conv").executed == 4);
    CHECK(g.all("conv").dense == 100);
    CHECK(g.all("conv").dense_padded == 144);
    CHECK(g.facts.grid.rows == 4);
    CHECK(g.sums.layers[static_cast<size_t>(g.facts.find("conv"))].by_patch[0] == 4);
    CHECK(g.facts_of("times").signal == Signal::real);
    CHECK(g.all("times").executed == 16);
}

TEST_CASE("a graph's counts are those of its layers, also where a neuron drives itself, for any chunk of time") {
    const NirGraph ring = chain(2,
                                {linear("a", {3, 2}, {1, 5, 0, 5, 0.3, 5}), integrate_and_fire("lif", 3),
                                 linear("back", {3, 3}, Reals(9, 0.125)), linear("b", {1, 3}, {0, 1, 2}),
                                 node("sum", "I", {{"r", numbers({1}, {1})}})},
                                1, {{"lif", "b"}, {"back", "lif"}});
    for (const NirGraph& graph : {two_layers(), ring})
        for (const int chunk : {0, 1, 2}) {
            CAPTURE(chunk);
            const CountedGraph g(graph, {1, 0}, 5, {.chunk = chunk});
            CHECK(g.activity == g.beside);
            REQUIRE(g.activity.size() == g.facts.layers.size());
            for (const LayerActivity& layer : g.activity) {
                CAPTURE(layer.name);
                CHECK(g.all(layer.name).executed == layer.operations.synops());
                if (layer.kind == "neuron") CHECK(g.all(layer.name).updates == layer.operations.updates);
            }
            CHECK(g.all("lif").nonzero > 0);
        }
}
