// A NIR graph as a network.
#pragma once

#include "sim/io/nir_graph.h"
#include "sim/net/registry.h"

namespace bispike {

/// The registry with one network more, `nir`: the graph, which the caller has read. Its weights are those of the
/// graph; no config can build it without.
Registry registry_with(const NirGraph& graph);

/// The images that the graph's Input takes and the classes that its Output tells apart. Throws Error for a graph
/// without exactly one of each.
ImageSpec nir_image(const NirGraph& graph);

}  // namespace bispike
