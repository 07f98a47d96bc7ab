// The order in which the nodes of a NIR graph are computed.
#pragma once

#include <string>
#include <vector>

#include "sim/io/nir_graph.h"

namespace bispike {

struct NirOrder {
    std::vector<std::string> nodes;        // every node that an Input reaches, after all that feed it by other edges
                                           // than recurrent ones
    std::vector<NirEdge> recurrent;        // edges that lead back: what they carry is of the time step before
    std::vector<std::string> unreachable;  // nodes that no Input reaches, sorted
};

/// The order by a search in depth from the Inputs; an edge is recurrent if it leads to a node that the search is still
/// in. Nodes are taken in the order of their names, so that the same graph has the same order in every file. Edges
/// must join nodes of the graph (see nir_check.h). A nested graph counts as one node.
NirOrder order_of(const NirGraph& graph);

}  // namespace bispike
