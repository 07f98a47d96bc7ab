// For tests of NIR nodes: small graphs, and runs of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/nir/nir_network.h"
#include "sim/run/simulate.h"

namespace bispike {

using Reals = std::vector<double>;
using Extents = std::vector<int64_t>;

inline NirNode node(std::string name, std::string type, NirFields fields) {
    return {std::move(name), std::move(type), std::move(fields), {}, {}};
}

inline NirField numbers(Extents shape, Reals values) { return {std::move(shape), std::move(values)}; }
inline NirField extents(Extents values) { return NirField::list(std::move(values)); }

/// Input of that shape -> `middle` -> Output, with further edges.
inline NirGraph chain(Extents inputs, std::vector<NirNode> middle, Extents outputs, std::vector<NirEdge> more = {}) {
    NirGraph graph;
    graph.path = "graph";
    graph.nodes.push_back(node("in", "Input", {{"shape", extents(std::move(inputs))}}));
    std::string last = "in";
    for (NirNode& n : middle) {
        graph.edges.push_back({last, n.name});
        last = n.name;
        graph.nodes.push_back(std::move(n));
    }
    graph.nodes.push_back(node("out", "Output", {{"shape", extents(std::move(outputs))}}));
    graph.edges.push_back({last, "out"});
    graph.edges.insert(graph.edges.end(), more.begin(), more.end());
    return graph;
}

/// Input [n] -> `middle` -> Output [n].
inline NirGraph chain(int64_t inputs, std::vector<NirNode> middle, int64_t outputs, std::vector<NirEdge> more = {}) {
    return chain(Extents{inputs}, std::move(middle), Extents{outputs}, std::move(more));
}

/// Scores of each step, [T, 1, classes], for a constant input, channels last, in chunks of `chunk` steps.
inline Tensor run(const NirGraph& graph, const Reals& input, int steps, const std::string& dt = "1", int chunk = 0) {
    Settings settings;
    settings.set("network.model", "nir", "the test");
    settings.set("network.timesteps", std::to_string(steps), "the test");
    settings.set("network.dt", dt, "the test");
    settings.set("readout.model", "step", "the test");
    const ImageSpec spec = nir_image(graph);
    Model model(settings, registry_with(graph), spec, 42);
    settings.require_all_read();
    model.prepare(Purpose::simulate);
    Tensor image({1, spec.height, spec.width, spec.channels});
    for (size_t i = 0; i < input.size(); ++i) image[static_cast<int64_t>(i)] = static_cast<float>(input[i]);
    const int64_t samples[] = {0};
    return simulate_batch(model, image, samples, {.chunk = chunk}, {});
}

inline std::vector<float> train(const Tensor& t) { return {t.values().begin(), t.values().end()}; }

}  // namespace bispike
