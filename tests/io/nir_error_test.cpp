// NIR files that may not be read: each error, by hand.
#include <doctest/doctest.h>

#include "tests/io/nir_example.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

const std::string kGolden = std::string(BISPIKE_SOURCE_DIR) + "/tests/golden/";

NirField text(const char* value) { return NirField::text(value); }
NirField texts(std::vector<int64_t> shape, NirField::Texts values) { return {std::move(shape), std::move(values)}; }

}  // namespace

TEST_CASE("nir error: every required field is missed by name") {
    int64_t missed = 0;
    for (const auto& entry : objects_of(example_graph())) {
        const std::string object = entry.first;
        if (contains(object, "metadata")) continue;
        const std::string error = error_without(object), name = object.substr(object.rfind('/') + 1);
        const bool may_lack = name == "v_reset" || name == "w_in" || name == "input_shape" || name == "input_type";
        INFO(object, ": ", error);
        CHECK(error.empty() == may_lack);
        missed += contains(error, "lacks the field `" + name + "`") || contains(error, "has no `type`");
    }
    CHECK(missed == 22 + 49 + 2);  // types of nodes, fields of nodes, edges of graphs
    CHECK(error_without("/node/nodes/lif/tau") == ": node `lif` (LIF) lacks the field `tau`");
    CHECK(error_without("/node/nodes/middle/nodes/delay/delay") ==
          ": node `middle.delay` (Delay) lacks the field `delay`");
    CHECK(error_without("/node/nodes/middle/edges") == ": node `middle` (NIRGraph) lacks the field `edges`");
    CHECK(error_without("/node/nodes/lif/type") == ": node `lif` has no `type`");
    CHECK(error_without("/version") == " is not a NIR file: it has no /version");
    CHECK(read_error({{"/version", text("1.0")}}) == " is not a NIR file: it has no /node");
}

TEST_CASE("nir error: unknown types and fields are named with the nearest known one") {
    const std::string types =
        "Affine, AvgPool2d, Conv1d, Conv2d, CubaLI, CubaLIF, Delay, Flatten, I, IF, Input, LI, LIF, Linear, NIRGraph, "
        "Output, Scale, SumPool2d, Threshold";
    CHECK(error_with("/node/nodes/lif/type", text("LIFF")) ==
          ": node `lif` is of the unknown type `LIFF` (did you mean `LIF`?); choices: " + types);
    CHECK(error_with("/node/nodes/lif/v_tresh", ramp({3})) ==
          ": node `lif` (LIF) has the unknown field `v_tresh` (did you mean `v_reset`?); choices: tau, r, v_leak, "
          "v_threshold, v_reset, metadata");
    CHECK(error_with("/node/nodes/middle/extra", ramp({3})) ==
          ": node `middle` (NIRGraph) has the unknown field `extra` (did you mean `edges`?); choices: edges, "
          "metadata, nodes, type");
    CHECK(error_with("/node/type", text("LIF")).starts_with(": node `node` (LIF) has the unknown field `edges`"));
    CHECK(read_error({{"/version", text("1.0")}, {"/node/type", text("Scale")}, {"/node/scale", ramp({1})}}) ==
          ": its top node is of the type Scale, not NIRGraph");
    const std::string long_type(100'000, '\n');
    const std::string error = error_with("/node/nodes/lif/type", NirField::text(long_type));
    CHECK(contains(error, "`" + std::string(120, '?') + "...`"));
    CHECK(error.size() < 500);
}

TEST_CASE("nir error: fields of another kind, shape or range are errors that say what is wanted") {
    const std::string conv1 = "/node/nodes/conv1/", conv2 = "/node/nodes/conv2.0/", lif = "/node/nodes/lif/";
    CHECK(error_with(lif + "tau", text("fast")) ==
          ": field `tau` of node `lif` (LIF) holds the text `fast`; it needs reals");
    CHECK(error_with(lif + "tau", ramp({4})) ==
          ": fields of node `lif` (LIF) differ in shape: `tau` has reals [4], `r` has reals [3]");
    CHECK(error_with(lif + "v_reset", ramp({2})) ==
          ": fields of node `lif` (LIF) differ in shape: `tau` has reals [3], `v_reset` has reals [2]");
    CHECK(error_with("/node/nodes/cubalif/w_in", ramp({2})) ==
          ": fields of node `cubalif` (CubaLIF) differ in shape: `tau_syn` has reals [3], `w_in` has reals [2]");
    CHECK(error_with("/node/nodes/affine/weight", ramp({3})) ==
          ": field `weight` of node `affine` (Affine) holds reals [3]; it needs reals with 2 axes");
    CHECK(error_with(conv2 + "weight", ramp({2, 3, 3})) ==
          ": field `weight` of node `conv2.0` (Conv2d) holds reals [2, 3, 3]; it needs reals with 4 axes");
    CHECK(error_with(conv2 + "stride", ramp({2})) ==
          ": field `stride` of node `conv2.0` (Conv2d) holds reals [2]; it needs one integer or 2");
    CHECK(error_with(conv2 + "stride", integers({1, 1, 1})) ==
          ": field `stride` of node `conv2.0` (Conv2d) holds integers [3]; it needs one integer or 2");
    CHECK(error_with(conv1 + "stride", integers({1, 1})) ==
          ": field `stride` of node `conv1` (Conv1d) holds integers [2]; it needs one integer");
    CHECK(error_with(conv2 + "stride", integers({2, 0})) ==
          ": field `stride` of node `conv2.0` (Conv2d) holds 0; it needs at least 1");
    CHECK(error_with(conv2 + "padding", text("full")) ==
          ": field `padding` of node `conv2.0` (Conv2d) holds the text `full`; it needs one integer or 2, `same` or "
          "`valid`");
    CHECK(error_with(conv2 + "padding", integers({0, -1})) ==
          ": field `padding` of node `conv2.0` (Conv2d) holds -1; it needs at least 0");
    CHECK(error_with("/node/nodes/sum/padding", text("same")) ==
          ": field `padding` of node `sum` (SumPool2d) holds the text `same`; it needs one integer or 2");
    CHECK(error_with(conv2 + "input_shape", NirField::integer(8)) ==
          ": field `input_shape` of node `conv2.0` (Conv2d) holds integers []; it needs 2 integers");
    CHECK(error_with(conv2 + "input_shape", integers({8})) ==
          ": field `input_shape` of node `conv2.0` (Conv2d) holds integers [1]; it needs 2 integers");
    CHECK(error_with(conv2 + "groups", integers({1, 1})) ==
          ": field `groups` of node `conv2.0` (Conv2d) holds integers [2]; it needs one integer");
    CHECK(error_with("/node/nodes/input/shape", NirField::integer(8)) ==
          ": field `shape` of node `input` (Input) holds integers []; it needs a list of integers");
    CHECK(error_with("/node/nodes/input/shape", integers({8, 0})) ==
          ": field `shape` of node `input` (Input) holds 0; it needs at least 1");
    CHECK(error_with(lif + "type", integers({1})) == ": /node/nodes/lif/type is not one text");
    CHECK(error_with("/version", integers({1})) == ": /version is not one text");
    CHECK(error_with("/version", texts({2}, {"1", "0"})) == ": /version is not one text");
}

TEST_CASE("nir error: edges must be pairs of nodes that are there") {
    const auto edges = [](NirField::Texts ends) {
        const int64_t count = std::ssize(ends) / 2;
        return error_with("/node/edges", texts({count, 2}, std::move(ends)));
    };
    CHECK(edges({"lif", "linear", "lif1", "mean"}) ==
          ": edge `lif1` -> `mean`: there is no node `lif1` (did you mean `lif`?)");
    CHECK(edges({"lif", "afine"}) == ": edge `lif` -> `afine`: there is no node `afine` (did you mean `affine`?)");
    CHECK(edges({"lif", "sum", "lif", "sum"}) == ": edge `lif` -> `sum` is there twice");
    CHECK(edges({"output", "sum"}) == ": edge `output` -> `sum` leads out of an Output");
    CHECK(edges({"sum", "input"}) == ": edge `sum` -> `input` leads into an Input");
    CHECK(error_with("/node/nodes/middle/edges", texts({1, 2}, {"in", "lif"})) ==
          ": edge `middle.in` -> `middle.lif`: there is no node `lif` (did you mean `in`?)");
    CHECK(error_with("/node/edges", texts({2}, {"lif", "sum"})) == ": /node/edges does not hold pairs of texts");
    CHECK(error_with("/node/edges", texts({1, 3}, {"lif", "sum", "if"})) ==
          ": /node/edges does not hold pairs of texts");
    CHECK(error_with("/node/edges", ramp({1, 2})) == ": /node/edges does not hold pairs of texts");
    CHECK(edges({"lif", std::string(100'000, 'x')}).size() < 500);
    NirObjects empty = objects_of(NirGraph{});
    empty["/node/nodes/a/type"] = text("NIRGraph");
    CHECK(read_error(empty) == ": node `a` (NIRGraph) lacks the field `nodes`");
}

TEST_CASE("nir error: names that cannot be written again are refused") {
    NirObjects objects = objects_of(example_graph());
    objects["/node/nodes/two\nlines/type"] = text("Scale");
    objects["/node/nodes/two\nlines/scale"] = ramp({1});
    CHECK(read_error(objects) ==
          ": `two?lines` cannot be a name: 1 to 255 bytes without `/` and control characters can");
    objects = objects_of(example_graph());
    const std::string long_name(256, 'n');
    objects["/node/nodes/" + long_name + "/type"] = text("Scale");
    objects["/node/nodes/" + long_name + "/scale"] = ramp({1});
    CHECK(contains(read_error(objects), "nnn...` cannot be a name"));
}

TEST_CASE("nir error: groups and foreign types where arrays belong") {
    NirObjects objects = objects_of(example_graph());
    objects.erase("/node/nodes/lif/tau");
    objects["/node/nodes/lif/tau/inside"] = ramp({3});
    CHECK(read_error(objects) == ": /node/nodes/lif/tau is a group; an array belongs there");
    objects = objects_of(NirGraph{});
    objects["/node/nodes"] = ramp({3});
    CHECK(read_error(objects) == ": /node/nodes is not a group");
    CHECK(message_of([&] { read_nir(kGolden + "foreign.h5"); }) ==
          kGolden + "foreign.h5 is not a NIR file: it has no /version");
}

TEST_CASE("nir error: an object with two names, a loop of groups and too deep nesting are refused") {
    CHECK(message_of([] { read_nir(kGolden + "links.nir"); }) ==
          kGolden + "links.nir: /node/nodes/b is another name of an object that has one already");
    CHECK(message_of([] { read_nir(kGolden + "loop.nir"); }) ==
          kGolden + "loop.nir: /node/nodes/b is another name of an object that has one already");
    NirGraph graph;
    graph.nodes.push_back(node_of("in", "Input", {{"shape", integers({1})}}));
    for (int depth = 1; depth < 16; ++depth) {
        NirGraph outer;
        outer.nodes.push_back(nested("deep", graph));
        graph = outer;
    }
    CHECK(read_error(objects_of(graph)).empty());
    NirGraph deeper;
    deeper.nodes.push_back(nested("deep", graph));
    CHECK(read_error(objects_of(deeper)) == ": more than 16 graphs lie within each other");
}
