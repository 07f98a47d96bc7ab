// NIR graphs as plain data.
#include "sim/io/nir_graph.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace bispike {
namespace {

template <class Values>
const Values& held(const NirField& field) {
    assert(std::holds_alternative<Values>(field.values));
    return *std::get_if<Values>(&field.values);
}

}  // namespace

NirField NirField::list(Reals values) { return {{std::ssize(values)}, std::move(values)}; }
NirField NirField::list(Integers values) { return {{std::ssize(values)}, std::move(values)}; }

const NirField::Reals& NirField::reals() const { return held<Reals>(*this); }
const NirField::Integers& NirField::integers() const { return held<Integers>(*this); }
const NirField::Texts& NirField::texts() const { return held<Texts>(*this); }

int64_t NirField::size() const {
    return std::visit([](const auto& held) { return static_cast<int64_t>(held.size()); }, values);
}

bool NirNode::operator==(const NirNode& other) const {
    return std::tie(name, type, fields, metadata, subgraph) ==
           std::tie(other.name, other.type, other.fields, other.metadata, other.subgraph);
}

const NirNode* NirGraph::find(const std::string& name) const {
    const auto found = std::ranges::find(nodes, name, &NirNode::name);
    return found == nodes.end() ? nullptr : &*found;
}

bool NirGraph::operator==(const NirGraph& other) const {
    return std::tie(nodes, edges, metadata) == std::tie(other.nodes, other.edges, other.metadata);
}

}  // namespace bispike
