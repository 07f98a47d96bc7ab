// Reading NIR files.
#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/io/hdf5.h"
#include "sim/io/nir_check.h"
#include "sim/io/nir_fields.h"
#include "sim/io/quotable.h"
#include "sim/io/sealed_file.h"

namespace bispike {
namespace {

using hdf5::Kind;

constexpr const char* kTop = "/node";

/// Reads the groups of one file, each object once: a hostile file may link a group into itself, or one big array to
/// many names.
class Reader {
public:
    explicit Reader(const std::string& path)
        : file_(open_sealed(path)),
          values_left_(static_cast<double>(std::filesystem::file_size(path)) * hdf5::kMostInflation) {}

    NirGraph read();

private:
    void claim(const std::string& object);
    void claim_group(const std::string& object);
    NirField read_field(const std::string& object);
    std::string read_text(const std::string& object);
    std::vector<int64_t> read_integers(const std::string& object);
    void read_metadata(const std::string& group, const std::string& prefix, int depth, NirFields& metadata);
    std::vector<NirEdge> read_edges(const std::string& object);
    NirNode read_node(const std::string& group, const std::string& name, int depth);
    NirGraph read_graph(const std::string& group, const std::string& name, int depth);

    const std::string& path() const { return file_.path(); }

    const hdf5::File file_;
    std::set<uint64_t> claimed_;  // addresses of objects
    double values_left_;          // that the file can justify
};

void Reader::claim(const std::string& object) {
    if (!claimed_.insert(file_.address(object)).second)
        fail("{}: {} is another name of an object that has one already", path(), quotable(object));
}

void Reader::claim_group(const std::string& object) {
    claim(object);
    if (file_.kind(object) != Kind::group) fail("{}: {} is not a group", path(), quotable(object));
}

std::vector<int64_t> Reader::read_integers(const std::string& object) {
    std::vector<int64_t> values = file_.read<int64_t>(object);
    // The library turns larger numbers, which only unsigned ones can be, into the largest.
    constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
    if (std::ranges::find(values, kLargest) != values.end())
        for (const uint64_t value : file_.read<uint64_t>(object))
            if (value > uint64_t{kLargest})
                fail("{}: {} holds {}, at most {} is possible", path(), quotable(object), value, kLargest);
    return values;
}

NirField Reader::read_field(const std::string& object) {
    claim(object);
    const Kind kind = file_.kind(object);
    if (kind == Kind::group) fail("{}: {} is a group; an array belongs there", path(), quotable(object));
    if (kind == Kind::other) fail("{}: {} holds neither numbers nor text", path(), quotable(object));
    NirField field{file_.extents(object), {}};
    double values = 1;
    for (const int64_t extent : field.shape) values *= static_cast<double>(extent);
    if (values > values_left_) fail("{}: {} promises more values than the file can hold", path(), quotable(object));
    values_left_ -= values;
    if (kind == Kind::real) field.values = file_.read<double>(object);
    if (kind == Kind::integer) field.values = read_integers(object);
    if (kind == Kind::text) field.values = file_.read_texts(object);
    return field;
}

std::string Reader::read_text(const std::string& object) {
    const NirField field = read_field(object);
    if (!field.is_text() || field.size() != 1) fail("{}: {} is not one text", path(), quotable(object));
    return field.texts()[0];
}

void Reader::read_metadata(const std::string& group, const std::string& prefix, int depth, NirFields& metadata) {
    claim_group(group);
    if (depth > kNirDeepest) fail("{}: {} is nested too deeply", path(), quotable(group));
    for (const std::string& link : file_.links(group)) {
        const std::string object = group + "/" + link;
        if (file_.kind(object) == Kind::group)
            read_metadata(object, prefix + link + "/", depth + 1, metadata);
        else
            metadata[prefix + link] = read_field(object);
    }
}

std::vector<NirEdge> Reader::read_edges(const std::string& object) {
    const NirField field = read_field(object);
    if (field.size() == 0) return {};  // whatever numpy thought an empty list to be
    if (!field.is_text() || field.shape.size() != 2 || field.shape[1] != 2)
        fail("{}: {} does not hold pairs of texts", path(), quotable(object));
    std::vector<NirEdge> edges;
    for (size_t i = 0; i < field.texts().size(); i += 2) edges.push_back({field.texts()[i], field.texts()[i + 1]});
    return edges;
}

NirNode Reader::read_node(const std::string& group, const std::string& name, int depth) {
    claim_group(group);
    if (!file_.has(group + "/type")) fail("{}: node `{}` has no `type`", path(), quotable(name));
    NirNode node{.name = "", .type = read_text(group + "/type"), .fields = {}, .metadata = {}, .subgraph = {}};
    const std::string quoted = quotable(name);
    const NirType& type = require_type(path(), quoted, node.type);
    if (node.type == kNirGraphType) {
        node.subgraph.push_back(read_graph(group, name, depth));
        return node;
    }
    for (const std::string& link : file_.links(group)) {
        const std::string object = group + "/" + link;
        if (link == "type") continue;
        if (link == "metadata") {
            read_metadata(object, "", 1, node.metadata);
            continue;
        }
        const NirFieldType& rule = require_field(path(), quoted, type, link);
        node.fields[link] = converted(read_field(object), type, rule);
    }
    return node;
}

NirGraph Reader::read_graph(const std::string& group, const std::string& name, int depth) {
    if (depth > kNirDeepest) fail("{}: more than {} graphs lie within each other", path(), kNirDeepest);
    const std::vector<std::string> known{"edges", "metadata", "nodes", "type"};
    for (const std::string& link : file_.links(group))
        if (std::ranges::find(known, link) == known.end())
            fail("{}: node `{}` ({}) has the unknown field {}", path(), quotable(name), kNirGraphType,
                 suggestion(quotable(link), known));
    for (const char* part : {"nodes", "edges"})
        if (!file_.has(group + "/" + part))
            fail("{}: node `{}` ({}) lacks the field `{}`", path(), quotable(name), kNirGraphType, part);
    NirGraph graph;
    claim_group(group + "/nodes");
    const std::string prefix = depth == 1 ? "" : name + ".";
    for (const std::string& link : file_.links(group + "/nodes")) {
        graph.nodes.push_back(read_node(group + "/nodes/" + link, prefix + link, depth + 1));
        graph.nodes.back().name = link;
    }
    graph.edges = read_edges(group + "/edges");
    if (file_.has(group + "/metadata")) read_metadata(group + "/metadata", "", 1, graph.metadata);
    return graph;
}

NirGraph Reader::read() {
    for (const char* object : {"/version", kTop})
        if (!file_.has(object)) fail("{} is not a NIR file: it has no {}", path(), object);
    read_text("/version");
    NirNode top = read_node(kTop, "node", 1);
    if (top.subgraph.empty()) fail("{}: its top node is of the type {}, not {}", path(), top.type, kNirGraphType);
    NirGraph graph = std::move(top.subgraph[0]);
    graph.path = path();
    require_valid(graph, path());
    return graph;
}

}  // namespace

NirGraph read_nir(const std::string& path) { return Reader(path).read(); }

}  // namespace bispike
