// What a NIR graph must be for its readers: nodes and edges.
#include "sim/io/nir_check.h"
#include "sim/io/quotable.h"

#include <algorithm>
#include <cassert>
#include <set>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/io/nir_fields.h"

namespace bispike {
namespace {

constexpr size_t kLongestName = 255;  // [bytes]

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

void require_name(const std::string& path, const std::string& name) {
    const bool fits = !name.empty() && name != "." && name.size() <= kLongestName &&
                      name.find('/') == std::string::npos && std::ranges::none_of(name, is_control);
    if (!fits)
        fail("{}: `{}` cannot be a name: 1 to {} bytes without `/` and control characters can", path, quotable(name),
             kLongestName);
}

void require_metadata(const std::string& path, const NirFields& metadata) {
    for (const auto& [name, field] : metadata) {
        for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
            end = name.find('/', begin);
            require_name(path, name.substr(begin, end == std::string::npos ? end : end - begin));
        }
        require_whole(path, "metadata `" + name + "`", field);
    }
}

void require_node(const std::string& path, const NirNode& node, const std::string& name) {
    const NirType& type = require_type(path, name, node.type);
    for (const auto& [field, value] : node.fields) {
        const NirFieldType& rule = require_field(path, name, type, field);
        require_kind({path, name, type, rule}, value);
    }
    for (const NirFieldType& rule : type.fields)
        if (rule.presence == NirPresence::required && !node.fields.contains(rule.name))
            fail("{}: node `{}` ({}) lacks the field `{}`", path, name, type.name, rule.name);
    require_one_shape(path, name, node);
    require_metadata(path, node.metadata);
}

/// Fails for an edge that names a node which is not there.
[[noreturn]] void fail_at(const std::string& path, const std::string& prefix, const NirEdge& edge,
                          const std::string& missing, const std::vector<std::string>& names) {
    const std::string help = names.empty() || missing.size() > kLongestName
                                 ? ""
                                 : fmt::format(" (did you mean `{}`?)", nearest(missing, names));
    fail("{}: edge `{}{}` -> `{}{}`: there is no node `{}`{}", path, prefix, quotable(edge.source), prefix,
         quotable(edge.target), quotable(missing), help);
}

void require_edges(const std::string& path, const NirGraph& graph, const std::string& prefix) {
    std::map<std::string, const NirNode*> nodes;
    std::vector<std::string> names;
    for (const NirNode& node : graph.nodes) {
        if (!nodes.emplace(node.name, &node).second) fail("{}: two nodes are named `{}{}`", path, prefix, node.name);
        names.push_back(node.name);
    }
    std::set<NirEdge> seen;
    for (const NirEdge& edge : graph.edges) {
        for (const std::string& end : {edge.source, edge.target})
            if (!nodes.contains(end)) fail_at(path, prefix, edge, end, names);
        const std::string words =
            fmt::format("{}: edge `{}{}` -> `{}{}`", path, prefix, edge.source, prefix, edge.target);
        if (!seen.insert(edge).second) fail("{} is there twice", words);
        if (nodes[edge.source]->type == kNirOutputType) fail("{} leads out of an Output", words);
        if (nodes[edge.target]->type == kNirInputType) fail("{} leads into an Input", words);
    }
}

void require_graph(const std::string& path, const NirGraph& graph, const std::string& prefix, int depth) {
    if (depth > kNirDeepest) fail("{}: more than {} graphs lie within each other", path, kNirDeepest);
    for (const NirNode& node : graph.nodes) {
        require_name(path, node.name);
        require_node(path, node, prefix + node.name);
        assert(node.subgraph.size() == (node.type == kNirGraphType ? 1 : 0));
        assert(node.subgraph.empty() || node.metadata.empty());
        for (const NirGraph& inner : node.subgraph) require_graph(path, inner, prefix + node.name + ".", depth + 1);
    }
    require_edges(path, graph, prefix);
    require_metadata(path, graph.metadata);
}

}  // namespace

void require_valid(const NirGraph& graph, const std::string& path) { require_graph(path, graph, "", 1); }

const NirType& require_type(const std::string& path, const std::string& name, const std::string& type) {
    const NirType* found = nir_type(type);
    if (found == nullptr)
        fail("{}: node `{}` is of the unknown type {}", path, name, suggestion(quotable(type), nir_type_names()));
    return *found;
}

const NirFieldType& require_field(const std::string& path, const std::string& name, const NirType& type,
                                  const std::string& field) {
    const NirFieldType* found = type.find(field);
    if (found == nullptr) {
        std::vector<std::string> known = type.field_names();
        known.emplace_back("metadata");
        fail("{}: node `{}` ({}) has the unknown field {}", path, name, type.name, suggestion(quotable(field), known));
    }
    return *found;
}

}  // namespace bispike
