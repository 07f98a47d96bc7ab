// Nested NIR graphs made flat, by hand.
#include "sim/io/nir_flatten.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/io/nir_example.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

using Edges = std::vector<NirEdge>;

NirNode input(const std::string& name = "in") { return node_of(name, "Input"); }
NirNode output(const std::string& name = "out") { return node_of(name, "Output"); }
NirNode scale(const std::string& name) { return node_of(name, "Scale"); }

NirGraph graph_of(std::vector<NirNode> nodes, Edges edges) {
    return {.path = "g.nir", .nodes = std::move(nodes), .edges = std::move(edges), .metadata = {}};
}

std::vector<std::string> names_of(const NirGraph& graph) {
    std::vector<std::string> names;
    for (const NirNode& node : graph.nodes) names.push_back(node.name);
    return names;
}

std::string flatten_error(const NirGraph& graph) {
    return message_of([&] { flatten(graph); });
}

/// in -> inner -> out, with that inner graph.
NirGraph around(NirGraph inner) {
    return graph_of({input(), nested("s", std::move(inner)), output()}, {{"in", "s"}, {"s", "out"}});
}

}  // namespace

TEST_CASE("nir flatten: a flat graph stays as it is, sorted") {
    NirGraph graph = graph_of({output(), input(), scale("a")}, {{"in", "a"}, {"a", "out"}, {"a", "a"}});
    graph.nodes[2].fields["scale"] = NirField::real(3);
    graph.metadata["x"] = NirField::integer(1);
    const NirGraph flat = flatten(graph);
    CHECK(flat.path == "g.nir");
    CHECK(flat.metadata == graph.metadata);
    CHECK(flat.edges == Edges{{"a", "a"}, {"a", "out"}, {"in", "a"}});
    CHECK(flat.nodes == std::vector<NirNode>{graph.nodes[2], graph.nodes[1], graph.nodes[0]});
}

TEST_CASE("nir flatten: nodes of the inner graph are fed by what fed the graph") {
    const NirGraph inner = graph_of({input("i"), scale("x"), scale("y"), scale("z"), output("o")},
                                    {{"i", "x"}, {"i", "y"}, {"x", "o"}, {"z", "o"}, {"y", "z"}});
    NirGraph outer = around(inner);
    outer.nodes.push_back(scale("b"));
    outer.edges.push_back({"b", "s"});
    outer.edges.push_back({"s", "s"});
    const NirGraph flat = flatten(outer);
    CHECK(names_of(flat) == std::vector<std::string>{"b", "in", "out", "s.x", "s.y", "s.z"});
    CHECK(flat.edges == Edges{{"b", "s.x"},
                              {"b", "s.y"},
                              {"in", "s.x"},
                              {"in", "s.y"},
                              {"s.x", "out"},
                              {"s.x", "s.x"},
                              {"s.x", "s.y"},
                              {"s.y", "s.z"},
                              {"s.z", "out"},
                              {"s.z", "s.x"},
                              {"s.z", "s.y"}});
}

TEST_CASE("nir flatten: graphs within graphs, and graphs that only pass on") {
    const NirGraph pass = graph_of({input("i"), output("o")}, {{"i", "o"}});
    const NirGraph twice =
        graph_of({input(), nested("p", pass),
                  nested("q", graph_of({input(), scale("x"), output()}, {{"in", "x"}, {"x", "out"}})), output()},
                 {{"in", "p"}, {"p", "q"}, {"q", "out"}});
    const NirGraph flat = flatten(around(twice));
    CHECK(names_of(flat) == std::vector<std::string>{"in", "out", "s.q.x"});
    CHECK(flat.edges == Edges{{"in", "s.q.x"}, {"s.q.x", "out"}});
    CHECK(flatten(around(pass)).edges == Edges{{"in", "out"}});
}

TEST_CASE("nir flatten: a graph that no edge meets needs no Input") {
    const NirGraph flat = flatten(graph_of({nested("s", graph_of({scale("x")}, {}))}, {}));
    CHECK(names_of(flat) == std::vector<std::string>{"s.x"});
    CHECK(flat.edges.empty());
}

TEST_CASE("nir flatten: what cannot be said without nesting is an error") {
    CHECK(flatten_error(around(graph_of({scale("x"), output()}, {{"x", "out"}}))) ==
          "g.nir: edges meet the graph `s`, which has 0 nodes of the type Input instead of one");
    CHECK(flatten_error(around(graph_of({input(), output("o"), output("p")}, {}))) ==
          "g.nir: edges meet the graph `s`, which has 2 nodes of the type Output instead of one");
    const NirGraph pass = graph_of({input(), output()}, {{"in", "out"}});
    CHECK(flatten_error(graph_of({nested("s", pass)}, {{"s", "s"}})) ==
          "g.nir: the edges through `s.out` are a loop without a node on it");
    CHECK(flatten_error(graph_of({input(), nested("s", pass), nested("t", pass), output()},
                                 {{"in", "s"}, {"in", "t"}, {"s", "out"}, {"t", "out"}})) ==
          "g.nir: without the nested graphs two edges would lead from `in` to `out`");
    for (const char* name : {"s.in", "s.x"}) {
        NirGraph graph = around(graph_of({input(), scale("x"), output()}, {{"in", "x"}, {"x", "out"}}));
        graph.nodes.push_back(scale(name));
        CHECK(flatten_error(graph) ==
              std::string("g.nir: without the nested graphs two nodes would be named `") + name + "`");
    }
}

TEST_CASE("nir flatten: n edges in and m edges out do not make more than memory holds") {
    NirGraph graph = graph_of({nested("s", graph_of({input(), output()}, {{"in", "out"}}))}, {});
    for (int i = 0; i < 1500; ++i) {
        const std::string a = "a" + std::to_string(i), b = "b" + std::to_string(i);
        graph.nodes.push_back(scale(a));
        graph.nodes.push_back(scale(b));
        graph.edges.push_back({a, "s"});
        graph.edges.push_back({"s", b});
    }
    CHECK(flatten_error(graph) == "g.nir: without the nested graphs it has more than 1000000 edges");
}
