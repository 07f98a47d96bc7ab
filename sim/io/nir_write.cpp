// Writing NIR files.
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/error.h"
#include "sim/io/hdf5.h"
#include "sim/io/nir_check.h"
#include "sim/io/sealed_file.h"

namespace bispike {
namespace {

constexpr const char* kVersion = "1.0";

bool is_float32(double value) {
    if (!std::isfinite(value)) return true;
    return std::abs(value) <= std::numeric_limits<float>::max() &&
           static_cast<double>(static_cast<float>(value)) == value;
}

void write_field(hdf5::File& file, const std::string& object, const NirField& field) {
    if (const auto* reals = std::get_if<NirField::Reals>(&field.values)) {
        if (std::ranges::all_of(*reals, is_float32))
            file.write<float>(object, field.shape, std::vector<float>(reals->begin(), reals->end()));
        else
            file.write<double>(object, field.shape, *reals);
    } else if (field.is_text()) {
        file.write_texts(object, field.shape, field.texts());
    } else {
        file.write<int64_t>(object, field.shape, field.integers());
    }
}

void write_fields(hdf5::File& file, const std::string& group, const NirFields& fields) {
    for (const auto& [name, field] : fields) write_field(file, group + "/" + name, field);
}

void require_later_fields(const std::string& path, const NirNode& node) {
    for (const NirFieldType& rule : nir_type(node.type)->fields)
        if (rule.presence == NirPresence::later && !node.fields.contains(rule.name))
            fail("{}: node `{}` ({}) cannot be written without the field `{}`", path, node.name, node.type, rule.name);
}

void write_graph(hdf5::File& file, const std::string& group, const NirGraph& graph) {
    file.write_text(group + "/type", kNirGraphType);
    file.make_group(group + "/nodes");
    for (const NirNode& node : graph.nodes) {
        const std::string place = group + "/nodes/" + node.name;
        require_later_fields(file.path(), node);
        if (node.subgraph.empty()) {
            file.write_text(place + "/type", node.type);
            write_fields(file, place, node.fields);
            write_fields(file, place + "/metadata", node.metadata);
        } else {
            write_graph(file, place, node.subgraph[0]);
        }
    }
    std::vector<std::string> ends;
    for (const NirEdge& edge : graph.edges) ends.insert(ends.end(), {edge.source, edge.target});
    file.write_texts(group + "/edges", {std::ssize(graph.edges), 2}, ends);
    write_fields(file, group + "/metadata", graph.metadata);
}

}  // namespace

void write_nir(const std::string& path, const NirGraph& graph) {
    require_valid(graph, path);
    hdf5::File file = hdf5::File::in_memory(path);
    file.write_text("/version", kVersion);
    write_graph(file, "/node", graph);
    write_sealed(file);
}

}  // namespace bispike
