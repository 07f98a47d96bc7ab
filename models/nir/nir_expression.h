// What a layer is in NIR.
#pragma once

#include <string>
#include <variant>

#include "sim/io/nir_graph.h"
#include "sim/net/sketch.h"

namespace bispike {

/// A layer as a node, or in words why it cannot be one.
using NirExpression = std::variant<NirNode, std::string>;

/// The node of a call, named like it. `dt` is the step [s] with which a reader is to run it: tau = dt / rate. A linear
/// map of tokens is a convolution of one tap along them. Neurons that fire at their threshold get the next smaller
/// float32 as v_threshold, above which NIR's fire: the same spikes.
NirExpression nir_expression(const SketchedCall& call, double dt);

/// The axes of a node's value, channels first: [H, W, C] is [C, H, W].
std::vector<int64_t> nir_axes(const Shape& shape);
/// The same as a field.
NirField nir_shape(const Shape& shape);

}  // namespace bispike
