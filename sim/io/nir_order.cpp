// The order in which the nodes of a NIR graph are computed.
#include "sim/io/nir_order.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "sim/io/nir_types.h"

namespace bispike {
namespace {

enum class Mark { untouched, open, done };

struct Vertex {
    std::vector<std::string> targets;  // sorted
    size_t next = 0;                   // of the targets to look at
    Mark mark = Mark::untouched;
};

using Vertices = std::map<std::string, Vertex>;

Vertices vertices_of(const NirGraph& graph) {
    Vertices vertices;
    for (const NirNode& node : graph.nodes) vertices[node.name];
    for (const NirEdge& edge : graph.edges) {
        assert(vertices.contains(edge.source) && vertices.contains(edge.target));
        vertices[edge.source].targets.push_back(edge.target);
    }
    for (auto& [name, vertex] : vertices) std::ranges::sort(vertex.targets);
    return vertices;
}

/// Everything that `start` reaches, later nodes first. Not recursive: a graph may be as deep as it has nodes.
void search(Vertices& vertices, const std::string& start, NirOrder& order) {
    std::vector<std::string> way{start};
    vertices[start].mark = Mark::open;
    while (!way.empty()) {
        Vertex& here = vertices[way.back()];
        if (here.next == here.targets.size()) {
            here.mark = Mark::done;
            order.nodes.push_back(way.back());
            way.pop_back();
            continue;
        }
        const std::string& target = here.targets[here.next++];
        Vertex& there = vertices[target];
        if (there.mark == Mark::open) order.recurrent.push_back({way.back(), target});
        if (there.mark == Mark::untouched) {
            there.mark = Mark::open;
            way.push_back(target);
        }
    }
}

}  // namespace

NirOrder order_of(const NirGraph& graph) {
    Vertices vertices = vertices_of(graph);
    std::vector<std::string> inputs;
    for (const NirNode& node : graph.nodes)
        if (node.type == kNirInputType) inputs.push_back(node.name);
    std::ranges::sort(inputs);
    NirOrder order;
    for (const std::string& input : inputs)
        if (vertices[input].mark == Mark::untouched) search(vertices, input, order);
    std::ranges::reverse(order.nodes);
    std::ranges::sort(order.recurrent);
    for (const auto& [name, vertex] : vertices)
        if (vertex.mark == Mark::untouched) order.unreachable.push_back(name);
    return order;
}

}  // namespace bispike
