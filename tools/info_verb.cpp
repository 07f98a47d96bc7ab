// `bispike info`: the registered models, or what a model file holds.
#include "tools/info_verb.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/heads/heads.h"
#include "models/nir/nir_layer.h"
#include "models/positions/waves.h"
#include "models/registry.h"
#include "sim/io/model_file.h"
#include "sim/io/nir_flatten.h"
#include "sim/io/nir_order.h"
#include "sim/io/quotable.h"
#include "sim/report/table.h"
#include "sim/report/trace_reader.h"
#include "tools/data_file.h"
#include "tools/flags.h"
#include "tools/public_model.h"
#include "tools/version.h"

namespace bispike {
namespace {

/// A table of those that a config key, or a flag, can name.
template <class Make>
void print_entries(const char* key, const std::vector<Entry<Make>>& entries) {
    const auto told = [&](auto what) {  // by some of them
        return std::ranges::any_of(entries, [&](const auto& e) { return !(e.about.*what).empty(); });
    };
    const bool has_source = told(&About::source), has_cost = told(&About::cost);
    Table table;
    for (const char* title : {key, "what it is"}) table.column(title, Table::Align::left);
    if (has_source) table.column("source", Table::Align::left);
    if (has_cost) table.column("cost", Table::Align::left);
    for (const auto& e : entries) {
        std::vector<std::string> row{e.name, e.about.help};
        if (has_source) row.push_back(e.about.source);
        if (has_cost) row.push_back(e.about.cost);
        table.row(row);
    }
    fmt::print("\n{}", table.str());
}

void print_registry() {
    fmt::print("{}\n", version_text());
    const Registry& r = registry();
    print_entries("network.model", r.networks);
    print_entries("attention.model (of spikes)", r.attention);
    print_entries("attention.model (of real values: vit; several take turns)", r.ann_attention);
    print_entries("network.position (vit)", r.positions);
    print_entries("network.event_time (vit; or none)", waves());
    print_entries("network.norm (vit)", r.norms);
    print_entries("network.activation (vit)", r.activations);
    print_entries("network.quantiser (vit)", r.quantisers);
    print_entries("convert --method", r.conversions);
    print_entries("heads.heads", token_heads());
    print_entries("neuron.model", r.neurons);
    print_entries("encoder.model", r.encoders);
    print_entries("readout.model", r.readouts);
    print_entries("import --as", r.imports);
}

void print_model(const std::string& path) {
    const ModelFile m = read_model(path);
    int64_t values = 0;
    for (const auto& [name, tensor] : m.weights) values += tensor.size();
    fmt::print("{}: {} tensors, {} values, {} classes\n", path, m.weights.size(), values, m.class_names.size());
    for (const auto& [key, value] : m.settings) fmt::print("  {} = {}\n", key, value);
    for (const auto& [key, value] : m.provenance) fmt::print("{}: {}\n", key, value);
    for (const auto& [name, tensor] : m.weights) fmt::print("  {:<40} {}\n", name, tensor.shape().str());
}

void print_weights(const std::string& path) {
    const StateDict dict = read_state_dict(path);
    size_t bytes = 0;
    for (const NamedArray& array : dict.arrays) bytes += array.bytes.size();
    fmt::print("{}: {} arrays, {} bytes of numbers, names of {}\n", path, dict.arrays.size(), bytes, layout_name(dict));
    for (const auto& [key, value] : dict.metadata) fmt::print("  {} = {}\n", key, quotable(value));
    for (const NamedArray& array : dict.arrays)
        fmt::print("  {:<44} {:<5} [{}]\n", quotable(array.name), name_of(array.type), fmt::join(array.shape, ", "));
}

/// Graphs within a graph that no edge joins, as `bispike export --partial` writes them.
bool is_in_pieces(const NirGraph& graph) {
    return !graph.nodes.empty() && graph.edges.empty() &&
           std::ranges::all_of(graph.nodes, [](const NirNode& node) { return !node.subgraph.empty(); });
}

void print_pieces(const std::string& path, const NirGraph& graph) {
    fmt::print("{}: {} NIR graphs\n", path, graph.nodes.size());
    for (const NirNode& piece : graph.nodes)
        fmt::print("  {:<28} {} nodes, {} edges\n", quotable(piece.name), piece.subgraph[0].nodes.size(),
                   piece.subgraph[0].edges.size());
    if (const auto lines = graph.metadata.find("left_out"); lines != graph.metadata.end() && lines->second.is_text())
        for (const std::string& line : lines->second.texts()) fmt::print("  left out: {}\n", quotable(line));
}

void print_graph(const std::string& path) {
    const NirGraph graph = read_nir(path);
    if (is_in_pieces(graph)) return print_pieces(path, graph);
    const NirGraph flat = flatten(graph);
    const NirOrder order = order_of(flat);
    fmt::print("{}: NIR graph, {} nodes, {} edges, {} of them recurrent\n", path, flat.nodes.size(), flat.edges.size(),
               order.recurrent.size());
    for (const std::string& name : order.nodes) {
        const NirNode& node = *flat.find(name);
        const bool runs = nir_layer(node.type) != nullptr || node.type == "Input" || node.type == "Output";
        std::string shapes;
        for (const auto& [key, field] : node.fields)
            if (!field.shape.empty()) shapes += fmt::format(" {} [{}]", key, fmt::join(field.shape, ", "));
        fmt::print("  {:<20} {:<10}{}{}\n", quotable(name), node.type, shapes, runs ? "" : "  (cannot be run)");
    }
    for (const NirEdge& edge : order.recurrent)
        fmt::print("  recurrent: {} -> {}\n", quotable(edge.source), quotable(edge.target));
    for (const std::string& name : order.unreachable) fmt::print("  no Input reaches {}\n", quotable(name));
}

void print_trace(const std::string& path) {
    const hdf5::File trace = open_trace(path);
    const hdf5::Extents images = trace.extents("/samples/index");
    fmt::print("{}: trace of {} images, {} steps\n", path, images.front(), trace.integer_attribute("/", "timesteps"));
    for (const std::string& layer : traced_layers(trace)) fmt::print("  {}\n", layer);
}

bool is_trace(const std::string& path) {
    const hdf5::File file = hdf5::File::open(path);
    return file.has_attribute("/", "schema") && file.text_attribute("/", "schema") == "bispike-trace";
}

/// By the ending of its name what a file is to be; what it holds is for the reader to say.
void print_file(const std::string& path) {
    if (path.ends_with(".nir")) return print_graph(path);
    if (is_data_file(path)) return print_data_file(path);
    if (is_public_file(path)) return print_weights(path);
    return is_trace(path) ? print_trace(path) : print_model(path);
}

}  // namespace

int info_verb(std::span<const std::string> args) {
    if (std::ranges::any_of(args, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
        fmt::print(
            "usage: bispike info [--models]        the registered models: what they are, whose equations, what mixing "
            "N tokens of D\n"
            "                              channels costs\n"
            "       bispike info FILE...           what a file holds, or why it cannot be read: models and traces "
            "(.h5),\n"
            "                              public weights, NIR graphs (.nir), files of data sets under their usual "
            "names:"
            "\n                              IDX, CIFAR, N-MNIST (.bs2, NUMBER.bin)\n");
        return 0;
    }
    if (args.empty() || (args.size() == 1 && args[0] == "--models")) {
        print_registry();
        return 0;
    }
    for (const std::string& arg : args)
        if (arg.starts_with("-"))
            throw UsageError(fmt::format("info: unknown option {}; see `bispike info --help`", arg));
    for (const std::string& path : args) print_file(path);
    return 0;
}

}  // namespace bispike
