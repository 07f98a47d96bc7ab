// Writing NIR files, and graphs that may not be written.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/io/hdf5.h"
#include "sim/io/nir_check.h"
#include "tests/io/full_disk.h"
#include "tests/io/nir_example.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

/// The example with a change, its file's message without the path.
template <class Change>
std::string write_error(Change change) {
    const TemporaryFolder folder;
    NirGraph graph = example_graph();
    change(graph);
    const std::string path = folder.file("g.nir");
    const std::string message = message_of([&] { write_nir(path, graph); });
    CHECK(folder.files() == (message.empty() ? 1 : 0));
    return message.starts_with(path) ? message.substr(path.size()) : message;
}

NirNode& node(NirGraph& graph, const std::string& name) {
    for (NirNode& each : graph.nodes)
        if (each.name == name) return each;
    throw std::logic_error(name);
}

}  // namespace

TEST_CASE("nir write: reading back gives the same graph") {
    const TemporaryFolder folder;
    const NirGraph graph = example_graph();
    write_nir(folder.file("g.nir"), graph);
    CHECK(read_nir(folder.file("g.nir")) == graph);
    write_nir(folder.file("empty.nir"), NirGraph{});
    CHECK(read_nir(folder.file("empty.nir")) == NirGraph{});
    write_nir(folder.file("again.nir"), graph);
    CHECK(contents(folder.file("again.nir")) == contents(folder.file("g.nir")));
}

TEST_CASE("nir write: the layout is that of the Python package") {
    const TemporaryFolder folder;
    NirGraph graph = example_graph();
    node(graph, "linear").fields["weight"] = ramp({40, 30});
    write_nir(folder.file("g.nir"), graph);
    const hdf5::File file = hdf5::File::open(folder.file("g.nir"));
    CHECK(file.links("/") == std::vector<std::string>{"node", "version"});
    CHECK(file.read_texts("/version") == std::vector<std::string>{"1.0"});
    CHECK(file.extents("/version").empty());
    CHECK(file.links("/node") == std::vector<std::string>{"edges", "metadata", "nodes", "type"});
    CHECK(file.read_texts("/node/type") == std::vector<std::string>{"NIRGraph"});
    CHECK(file.extents("/node/edges") == hdf5::Extents{18, 2});
    CHECK(file.links("/node/nodes/linear") == std::vector<std::string>{"type", "weight"});
    CHECK(file.extents("/node/nodes/linear/weight") == hdf5::Extents{40, 30});
    CHECK(file.read_rows<double>("/node/nodes/linear/weight", 1, 1)[0] == 30);  // row-major
    CHECK(file.kind("/node/nodes/flat/end_dim") == hdf5::Kind::integer);
    CHECK(file.extents("/node/nodes/flat/end_dim").empty());
    CHECK(file.read_texts("/node/metadata/run/words") == std::vector<std::string>{"one", "größe\n"});
    CHECK(file.links("/node/nodes/middle/nodes") == std::vector<std::string>{"delay", "in", "out"});
    CHECK(file.attributes("/node").empty());
}

TEST_CASE("nir write: reals are kept as float32 only where that changes nothing") {
    const TemporaryFolder folder;
    const auto size_with = [&](double value) {
        NirGraph graph;
        NirField::Reals values(500);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(std::sin(static_cast<double>(i) * 1234.5));
        values[250] = value;
        graph.nodes = {node_of("s", "Scale", {{"scale", NirField::list(values)}})};
        write_nir(folder.file("g.nir"), graph);
        const NirField::Reals read = read_nir(folder.file("g.nir")).nodes[0].fields.at("scale").reals();
        CHECK((read[250] == value || (std::isnan(value) && std::isnan(read[250]))));
        CHECK(read[249] == values[249]);
        return contents(folder.file("g.nir")).size();
    };
    const size_t narrow = size_with(0.5);
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double value : {-0.0, infinity, -infinity, std::nan(""), 0x1p-149, 0x1.fffffep127})
        CHECK(size_with(value) == narrow);
    for (const double value : {0.1, 0x1p-150, 0x1p128, 16'777'217.0}) CHECK(size_with(value) > narrow + 1000);
}

TEST_CASE("nir write: a graph that could not be read is refused, and nothing is written") {
    CHECK(write_error([](NirGraph&) {}).empty());
    CHECK(write_error([](NirGraph& g) { node(g, "lif").name = "a/b"; }) ==
          ": `a/b` cannot be a name: 1 to 255 bytes without `/` and control characters can");
    CHECK(contains(write_error([](NirGraph& g) { node(g, "lif").name = "."; }), ": `.` cannot be a name"));
    CHECK(contains(write_error([](NirGraph& g) { node(g, "lif").name = ""; }), ": `` cannot be a name"));
    CHECK(contains(write_error([](NirGraph& g) { node(g, "middle").subgraph[0].metadata["a//b"] = ramp({1}); }),
                   ": `` cannot be a name"));
    CHECK(write_error([](NirGraph& g) { node(g, "lif").name = "if"; }) == ": two nodes are named `if`");
    CHECK(contains(write_error([](NirGraph& g) { node(g, "lif").type = "Lif"; }), "unknown type `Lif`"));
    CHECK(
        contains(write_error([](NirGraph& g) { node(g, "lif").fields["beta"] = ramp({3}); }), "unknown field `beta`"));
    CHECK(contains(write_error([](NirGraph& g) { node(g, "lif").fields.erase("r"); }), "lacks the field `r`"));
    CHECK(contains(write_error([](NirGraph& g) {
                       node(g, "lif").fields["r"] = integers({1, 1, 1});
                   }),
                   "holds integers [3]; it needs reals"));
    CHECK(contains(write_error([](NirGraph& g) { node(g, "conv2.0").fields["stride"] = integers({1}); }),
                   "holds integers [1]; it needs one integer or 2"));
    CHECK(contains(write_error([](NirGraph& g) { g.edges.push_back({"lif", "nowhere"}); }), "no node `nowhere`"));
    CHECK(write_error([](NirGraph& g) { g.metadata["x"] = NirField::text(std::string("a\0b", 3)); }) ==
          ": the text of metadata `x` has a zero byte");
    CHECK(write_error([](NirGraph& g) { node(g, "flat").fields.erase("input_type"); }) ==
          ": node `flat` (Flatten) cannot be written without the field `input_type`");
    CHECK(write_error([](NirGraph& g) { node(g, "conv1").fields.erase("input_shape"); }) ==
          ": node `conv1` (Conv1d) cannot be written without the field `input_shape`");
    CHECK_FALSE(write_error([](NirGraph& g) { g.metadata["run"] = ramp({1}); }).empty());  // also a group
}

TEST_CASE("nir write: a full disk leaves the older file and no other") {
    const TemporaryFolder folder;
    const std::string path = folder.file("g.nir");
    write_nir(path, example_graph());
    const std::string old = contents(path);
    {
        const FullDisk disk(1000);
        CHECK(message_of([&] { write_nir(path, NirGraph{}); }) == "cannot write " + path + ": File too large");
    }
    CHECK(contents(path) == old);
    CHECK(folder.files() == 1);
    CHECK_FALSE(message_of([&] { write_nir(folder.file("no/such/folder.nir"), NirGraph{}); }).empty());
}

TEST_CASE("nir types: the table is sorted and says what each type slides along") {
    const std::vector<std::string> names = nir_type_names();
    CHECK(names.size() == 19);
    CHECK(std::ranges::is_sorted(names));
    for (const NirType& type : nir_types()) {
        CHECK(nir_type(type.name) == &type);
        CHECK(type.axes == (std::string(type.name).ends_with("1d")   ? 1
                            : std::string(type.name).ends_with("2d") ? 2
                                                                     : 0));
        for (const NirFieldType& field : type.fields) CHECK(type.find(field.name) == &field);
    }
    CHECK(nir_type("lif") == nullptr);
    CHECK(nir_type("LIF")->find("beta") == nullptr);
}
