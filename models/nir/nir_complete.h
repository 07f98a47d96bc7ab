// What files of older programs leave out.
#pragma once

#include "sim/io/nir_graph.h"

namespace bispike {

/// The graph with every field that writers want: where a convolution or a Flatten does not say what shape it takes, a
/// step of the graph over a blank input tells. Throws Error for a graph that would have to run and cannot.
NirGraph with_input_shapes(NirGraph graph);

}  // namespace bispike
