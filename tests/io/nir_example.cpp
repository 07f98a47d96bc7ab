// For tests of NIR: a graph with something of everything, and files with any content.
#include "tests/io/nir_example.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "sim/io/hdf5.h"
#include "tests/temporary_folder.h"

namespace bispike::testing {
namespace {

NirGraph inner_graph() {
    NirGraph graph{.path = "", .nodes = {}, .edges = {}, .metadata = {{"note", NirField::text("inner")}}};
    graph.nodes = {node_of("delay", "Delay", {{"delay", ramp({3})}}),
                   node_of("in", "Input", {{"shape", integers({3})}}),
                   node_of("out", "Output", {{"shape", integers({3})}})};
    graph.edges = {{"in", "delay"}, {"delay", "out"}};
    return graph;
}

/// Nodes in a chain after each other, beside the nested one; one of each type.
std::vector<NirNode> example_nodes() {
    const NirField two = integers({2, 2}), one = NirField::integer(1), v = ramp({3});
    const NirField reset = NirField::list(NirField::Reals{0});
    return {
        node_of("input", "Input", {{"shape", integers({1, 8, 8})}}),
        node_of("conv1", "Conv1d",
                {{"input_shape", NirField::integer(8)},
                 {"weight", ramp({2, 1, 3})},
                 {"stride", one},
                 {"padding", NirField::integer(0)},
                 {"dilation", one},
                 {"groups", one},
                 {"bias", ramp({2})}}),
        node_of("conv2.0", "Conv2d",
                {{"input_shape", integers({8, 8})},
                 {"weight", ramp({2, 1, 3, 3})},
                 {"stride", two},
                 {"padding", NirField::text("valid")},
                 {"dilation", one},
                 {"groups", one},
                 {"bias", ramp({2})}}),
        node_of("sum", "SumPool2d", {{"kernel_size", two}, {"stride", one}, {"padding", integers({0, 0})}}),
        node_of("mean", "AvgPool2d",
                {{"kernel_size", NirField::integer(2)}, {"stride", two}, {"padding", integers({0, 0})}}),
        node_of("flat", "Flatten",
                {{"start_dim", NirField::integer(0)},
                 {"end_dim", NirField::integer(-1)},
                 {"input_type", integers({2, 3, 3})}}),
        node_of("affine", "Affine", {{"weight", ramp({3, 40})}, {"bias", ramp({3})}}),
        node_of("linear", "Linear", {{"weight", ramp({40, 30})}}),
        node_of("scale", "Scale", {{"scale", NirField::real(0.1)}}),
        node_of("integrator", "I", {{"r", v}}),
        node_of("if", "IF", {{"r", v}, {"v_threshold", v}}),
        node_of("li", "LI", {{"tau", v}, {"r", v}, {"v_leak", v}}),
        node_of("lif", "LIF", {{"tau", v}, {"r", v}, {"v_leak", v}, {"v_threshold", v}, {"v_reset", reset}}),
        node_of("cubali", "CubaLI",
                {{"tau_syn", v}, {"tau_mem", v}, {"r", v}, {"v_leak", v}, {"w_in", NirField::real(1)}}),
        node_of(
            "cubalif", "CubaLIF",
            {{"tau_syn", v}, {"tau_mem", v}, {"r", v}, {"v_leak", v}, {"v_threshold", v}, {"v_reset", v}, {"w_in", v}}),
        node_of("threshold", "Threshold", {{"threshold", v}}),
        nested("middle", inner_graph()),
        node_of("output", "Output", {{"shape", integers({3})}}),
    };
}

void add_objects(const NirGraph& graph, const std::string& group, NirObjects& objects) {
    objects[group + "/type"] = NirField::text("NIRGraph");
    for (const auto& [name, field] : graph.metadata) objects[group + "/metadata/" + name] = field;
    NirField edges{{std::ssize(graph.edges), 2}, NirField::Texts{}};
    for (const NirEdge& edge : graph.edges)
        for (const std::string& end : {edge.source, edge.target})
            std::get<NirField::Texts>(edges.values).push_back(end);
    objects[group + "/edges"] = edges;
    for (const NirNode& node : graph.nodes) {
        const std::string place = group + "/nodes/" + node.name;
        objects[place + "/type"] = NirField::text(node.type);
        for (const auto& [name, field] : node.fields) objects[place + "/" + name] = field;
        for (const auto& [name, field] : node.metadata) objects[place + "/metadata/" + name] = field;
        if (!node.subgraph.empty()) add_objects(node.subgraph[0], place, objects);
    }
}

}  // namespace

NirNode node_of(std::string name, std::string type, NirFields fields) {
    return {
        .name = std::move(name), .type = std::move(type), .fields = std::move(fields), .metadata = {}, .subgraph = {}};
}

NirNode nested(std::string name, NirGraph graph) {
    NirNode node = node_of(std::move(name), "NIRGraph");
    node.subgraph.push_back(std::move(graph));
    return node;
}

NirField ramp(std::vector<int64_t> shape) {
    NirField::Reals values(
        static_cast<size_t>(std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>())));
    std::iota(values.begin(), values.end(), 0.0);
    return {std::move(shape), std::move(values)};
}

NirField integers(std::vector<int64_t> values) { return NirField::list(NirField::Integers(std::move(values))); }

NirGraph example_graph() {
    NirGraph graph{.path = "", .nodes = example_nodes(), .edges = {}, .metadata = {}};
    for (size_t i = 1; i < graph.nodes.size(); ++i)
        graph.edges.push_back({graph.nodes[i - 1].name, graph.nodes[i].name});
    graph.edges.push_back({"lif", "linear"});
    graph.metadata = {{"by", NirField::text("hand")},
                      {"run/rate", NirField::real(0.1)},
                      {"run/words", {{2}, NirField::Texts{"one", "größe\n"}}}};
    std::ranges::sort(graph.nodes, {}, &NirNode::name);
    std::ranges::find(graph.nodes, "lif", &NirNode::name)->metadata = {{"steps", NirField::integer(-4)}};
    return graph;
}

NirObjects objects_of(const NirGraph& graph) {
    NirObjects objects{{"/version", NirField::text("0.2.0")}};
    add_objects(graph, "/node", objects);
    return objects;
}

void write_objects(const std::string& path, const NirObjects& objects) {
    hdf5::File file = hdf5::File::create(path);
    for (const auto& [object, field] : objects) {
        if (field.is_text())
            file.write_texts(object, field.shape, field.texts());
        else if (const auto* reals = std::get_if<NirField::Reals>(&field.values))
            file.write<double>(object, field.shape, *reals);
        else
            file.write<int64_t>(object, field.shape, field.integers());
    }
}

std::string read_error(const NirObjects& objects) {
    const TemporaryFolder folder;
    const std::string path = folder.file("graph.nir");
    write_objects(path, objects);
    const std::string message = message_of([&] { read_nir(path); });
    return message.starts_with(path) ? message.substr(path.size()) : message;
}

std::string error_with(const std::string& object, NirField field) {
    NirObjects objects = objects_of(example_graph());
    objects[object] = std::move(field);
    return read_error(objects);
}

std::string error_without(const std::string& object) {
    NirObjects objects = objects_of(example_graph());
    if (objects.erase(object) != 1) throw std::logic_error(object);
    return read_error(objects);
}

}  // namespace bispike::testing
