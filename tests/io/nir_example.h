// For tests of NIR: a graph with something of everything, and files with any content.
#pragma once

#include <string>

#include "sim/io/nir_graph.h"

namespace bispike::testing {

NirNode node_of(std::string name, std::string type, NirFields fields = {});
NirNode nested(std::string name, NirGraph graph);
/// An array of reals 0, 1, 2, ... with that shape.
NirField ramp(std::vector<int64_t> shape);
NirField integers(std::vector<int64_t> values);

/// Every node type, a nested graph, a loop, metadata, names with dots. Valid; nodes sorted by name.
NirGraph example_graph();

/// The objects of a file by their path: "/node/nodes/a/weight". Nothing is checked.
using NirObjects = std::map<std::string, NirField>;

NirObjects objects_of(const NirGraph& graph);
void write_objects(const std::string& path, const NirObjects& objects);
/// The message of read_nir for a file with these objects, without the path and ": " before it; "" if it is read.
std::string read_error(const NirObjects& objects);
/// The same of the example's file with one object set anew, or without it.
std::string error_with(const std::string& object, NirField field);
std::string error_without(const std::string& object);

}  // namespace bispike::testing
