// Reading NIR files, by hand.
#include <doctest/doctest.h>

#include "sim/io/nir_graph.h"
#include "tests/io/nir_example.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

const std::string kGolden = std::string(BISPIKE_SOURCE_DIR) + "/tests/golden/";

NirField text(const char* value) { return NirField::text(value); }
NirField texts(std::vector<int64_t> shape, NirField::Texts values) { return {std::move(shape), std::move(values)}; }

NirGraph read_with(const std::string& object, NirField field) {
    const TemporaryFolder folder;
    NirObjects objects = objects_of(example_graph());
    objects[object] = std::move(field);
    write_objects(folder.file("g.nir"), objects);
    return read_nir(folder.file("g.nir"));
}

}  // namespace

TEST_CASE("nir read: a file of the Python package's layout, gzipped") {
    const NirGraph graph = read_nir(kGolden + "python.nir");
    CHECK(graph.path == kGolden + "python.nir");
    REQUIRE(graph.nodes.size() == 6);
    CHECK(graph.nodes[1].name == "features.0");
    CHECK(graph.edges ==
          std::vector<NirEdge>{
              {"middle", "output"}, {"features.0", "features.1"}, {"input", "features.0"}, {"features.1", "middle"}});
    CHECK(graph.metadata == NirFields{{"rate", NirField::real(0.1)}});
    const NirNode& convolution = *graph.find("features.0");
    CHECK(convolution.type == "Conv2d");
    CHECK(convolution.fields.at("weight") == ramp({4, 1, 3, 3}));
    CHECK(convolution.fields.at("stride") == NirField::integer(2));
    CHECK(convolution.fields.at("padding") == text("same"));
    CHECK(convolution.fields.at("dilation") == NirField::integer(1));
    CHECK(convolution.fields.at("bias") == NirField::list(NirField::Reals(4, 0.0)));
    const NirNode& neuron = *graph.find("features.1");
    CHECK(neuron.fields.at("tau") == NirField{{4, 2, 2}, NirField::Reals(16, 0.0078125)});
    CHECK(neuron.fields.at("r") == NirField{{4, 2, 2}, NirField::Reals(16, 1.0)});  // integers in the file
    CHECK(neuron.metadata ==
          NirFields{{"by", text("hand")}, {"seen/epochs", NirField::integer(3)}, {"seen/last", NirField::integer(1)}});
    CHECK(graph.find("input")->fields.at("shape") == integers({1, 4, 4}));
    REQUIRE(graph.find("middle")->subgraph.size() == 1);
    CHECK(graph.find("middle")->subgraph[0].edges == std::vector<NirEdge>{{"in", "out"}});
    CHECK(graph.find("alone")->subgraph == std::vector<NirGraph>{NirGraph{}});  // its edges are reals there
    CHECK(graph.find("missing") == nullptr);
}

TEST_CASE("nir read: the example, object by object") {
    const TemporaryFolder folder;
    write_objects(folder.file("g.nir"), objects_of(example_graph()));
    CHECK(read_nir(folder.file("g.nir")) == example_graph());
}

TEST_CASE("nir read: what programs write instead of lists, and fields that they leave out") {
    CHECK(read_with("/node/edges", {{0}, NirField::Reals{}}).edges.empty());
    CHECK(read_with("/node/edges", texts({0, 2}, {})).edges.empty());
    CHECK(read_with("/node/nodes/input/shape", {{0}, NirField::Reals{}}).find("input")->fields.at("shape") ==
          integers({}));
    for (const char* name :
         {"conv2.0/stride", "conv1/padding", "conv1/input_shape", "sum/kernel_size", "flat/start_dim"}) {
        const std::string object = name, field = object.substr(object.find('/') + 1);
        for (const NirField& written : {NirField::integer(2), integers({2})})
            CHECK(read_with("/node/nodes/" + object, written)
                      .find(object.substr(0, object.find('/')))
                      ->fields.at(field) == NirField::integer(2));
    }
    CHECK(error_with("/node/nodes/lif/v_reset", {{2, 5}, NirField::Reals(10, 0.0)}).empty());
    CHECK(error_with("/node/nodes/cubalif/w_in", ramp({1})).empty());
    CHECK(error_with("/node/nodes/conv2.0/padding", text("same")).empty());
    CHECK(error_with("/node/nodes/conv1/padding", text("same")).empty());
    CHECK(error_with("/node/nodes/linear/weight", {{1, 1}, NirField::Integers{-3}}).empty());
    for (const char* object : {"conv1/input_shape", "conv2.0/input_shape", "flat/input_type", "lif/v_reset",
                               "cubalif/v_reset", "cubali/w_in", "cubalif/w_in", "lif/metadata/steps"})
        CHECK(error_without(std::string("/node/nodes/") + object).empty());
}
