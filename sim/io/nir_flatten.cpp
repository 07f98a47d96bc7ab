// A NIR graph without graphs inside.
#include "sim/io/nir_flatten.h"

#include <algorithm>
#include <map>
#include <set>

#include "sim/core/error.h"
#include "sim/io/nir_types.h"

namespace bispike {
namespace {

constexpr size_t kMostEdges = 1'000'000;  // a port with n edges in and m edges out makes n * m of them

/// The graph while it becomes flat: Inputs and Outputs of nested graphs, the ports, are still nodes of it.
struct Flat {
    const std::string& path;
    std::map<std::string, NirNode> nodes = {};
    std::set<std::string> ports = {};
    std::map<std::string, std::set<std::string>> targets = {}, sources = {};
    size_t edges = 0;

    void connect(const std::string& source, const std::string& target);
    void disconnect(const std::string& source, const std::string& target);
    void add_node(const NirNode& node, const std::string& name);
    void remove_port(const std::string& port);
};

void Flat::connect(const std::string& source, const std::string& target) {
    if (!targets[source].insert(target).second)
        fail("{}: without the nested graphs two edges would lead from `{}` to `{}`", path, source, target);
    sources[target].insert(source);
    if (++edges > kMostEdges) fail("{}: without the nested graphs it has more than {} edges", path, kMostEdges);
}

void Flat::disconnect(const std::string& source, const std::string& target) {
    targets[source].erase(target);
    sources[target].erase(source);
    --edges;
}

void Flat::add_node(const NirNode& node, const std::string& name) {
    NirNode copy = node;
    copy.name = name;
    if (!nodes.emplace(name, std::move(copy)).second)
        fail("{}: without the nested graphs two nodes would be named `{}`", path, name);
}

void Flat::remove_port(const std::string& port) {
    const std::set<std::string> before = sources[port], after = targets[port];
    if (after.contains(port)) fail("{}: the edges through `{}` are a loop without a node on it", path, port);
    for (const std::string& source : before) disconnect(source, port);
    for (const std::string& target : after) disconnect(port, target);
    for (const std::string& source : before)
        for (const std::string& target : after) connect(source, target);
}

/// The one port of a nested graph that an edge of the outer graph can mean, of the type Input or Output.
std::string port_of(const std::string& path, const NirNode& node, const std::string& name, const char* type) {
    std::vector<std::string> found;
    for (const NirNode& inner : node.subgraph[0].nodes)
        if (inner.type == type) found.push_back(inner.name);
    if (found.size() != 1)
        fail("{}: edges meet the graph `{}`, which has {} nodes of the type {} instead of one", path, name,
             found.size(), type);
    return name + "." + found[0];
}

void add_graph(Flat& flat, const NirGraph& graph, const std::string& prefix) {
    std::map<std::string, const NirNode*> nodes;
    for (const NirNode& node : graph.nodes) {
        nodes[node.name] = &node;
        const std::string name = prefix + node.name;
        const bool is_port = !prefix.empty() && (node.type == kNirInputType || node.type == kNirOutputType);
        if (is_port && !flat.ports.insert(name).second)
            fail("{}: without the nested graphs two nodes would be named `{}`", flat.path, name);
        if (is_port) continue;
        if (node.subgraph.empty())
            flat.add_node(node, name);
        else
            add_graph(flat, node.subgraph[0], name + ".");
    }
    const auto end_of = [&](const std::string& name, const char* type) {
        const NirNode& node = *nodes.at(name);
        return node.subgraph.empty() ? prefix + name : port_of(flat.path, node, prefix + name, type);
    };
    for (const NirEdge& edge : graph.edges)
        flat.connect(end_of(edge.source, kNirOutputType), end_of(edge.target, kNirInputType));
}

}  // namespace

NirGraph flatten(const NirGraph& graph) {
    Flat flat{.path = graph.path};
    add_graph(flat, graph, "");
    for (const std::string& port : flat.ports)
        if (flat.nodes.contains(port))
            fail("{}: without the nested graphs two nodes would be named `{}`", graph.path, port);
    for (const std::string& port : flat.ports) flat.remove_port(port);
    NirGraph result{.path = graph.path, .nodes = {}, .edges = {}, .metadata = graph.metadata};
    for (auto& [name, node] : flat.nodes) result.nodes.push_back(std::move(node));
    for (const auto& [source, targets] : flat.targets)
        for (const std::string& target : targets) result.edges.push_back({source, target});
    return result;
}

}  // namespace bispike
