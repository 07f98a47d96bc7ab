// A NIR graph without graphs inside.
#pragma once

#include "sim/io/nir_graph.h"

namespace bispike {

/// Takes the nodes of nested graphs out into one graph, sorted by name: `inner` of the graph `outer` becomes
/// `outer.inner`. The inner Input and Output go; what led to `outer` leads to what its Input fed, and what fed its
/// Output leads to what `outer` led to. The metadata of nested graphs, and of their Inputs and Outputs, are dropped.
/// The graph must be valid (see nir_check.h). Throws Error where edges would meet none or several Inputs or Outputs of
/// a nested graph, where two nodes would have one name, where two edges would join the same nodes (NIR cannot say that
/// a value counts twice), and for a loop of edges without a node on it.
NirGraph flatten(const NirGraph& graph);

}  // namespace bispike
