// What a NIR graph must be for its readers: the rules of nir_types.h, and edges between nodes that are there.
#pragma once

#include <string>

#include "sim/io/nir_graph.h"
#include "sim/io/nir_types.h"

namespace bispike {

inline constexpr int kNirDeepest = 16;  // graphs within graphs

/// Throws Error, naming the file `path`, node and field, unless: names are 1 to 255 bytes without `/` and control
/// characters, and differ; types and fields are those of nir_types.h; edges differ, join nodes of the graph, and lead
/// neither into an Input nor out of an Output; the same holds for the graphs within.
void require_valid(const NirGraph& graph, const std::string& path);

/// The type of a node, `name` within the outer graphs ("outer.inner"). Throws Error for an unknown type.
const NirType& require_type(const std::string& path, const std::string& name, const std::string& type);
/// The field of a node of that type. Throws Error for an unknown one.
const NirFieldType& require_field(const std::string& path, const std::string& name, const NirType& type,
                                  const std::string& field);

}  // namespace bispike
