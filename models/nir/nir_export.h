// A network as NIR graphs.
#pragma once

#include <string>
#include <vector>

#include "sim/io/nir_graph.h"
#include "sim/net/sketch.h"

namespace bispike {

/// A layer that NIR has no node for.
struct NirRefusal {
    std::string layer, why;
};

struct NirExport {
    std::vector<NirRefusal> refused;  // empty: `pieces` holds the whole network in one graph
    std::vector<NirNode> pieces;      // graphs, named after their first layer, in the order in which they can run
    int64_t layers = 0;               // in them
};

/// The network as NIR. Residual sums are edges that meet. Where NIR cannot express a layer the network is cut there:
/// each piece is a graph of layers joined by edges between two such places in the order of the pass, so that all that
/// it takes is known before it runs. Its Inputs and Outputs are named after the layers whose outputs they carry:
/// `LAYER.output`, or `LAYER.input` for what an operation between layers makes for LAYER; `input` and `output` are
/// the network's own. `dt` [s]: see nir_expression.h.
NirExport export_nir(const Sketch& sketch, double dt);

/// One graph of the pieces, each a graph within it, without edges between them.
NirGraph graph_of_pieces(std::vector<NirNode> pieces);

}  // namespace bispike
