// The order of NIR nodes, by hand.
#include "sim/io/nir_order.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "sim/core/rng.h"
#include "tests/io/nir_example.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

using Names = std::vector<std::string>;
using Edges = std::vector<NirEdge>;

/// A graph of nodes whose type is told by their name: in... is an Input, out... an Output, others are Scales.
NirGraph graph_of(const Names& names, Edges edges) {
    NirGraph graph;
    for (const std::string& name : names)
        graph.nodes.push_back(node_of(name, name.starts_with("in")    ? "Input"
                                            : name.starts_with("out") ? "Output"
                                                                      : "Scale"));
    graph.edges = std::move(edges);
    return graph;
}

}  // namespace

TEST_CASE("nir order: a chain, whatever the order of nodes and edges") {
    const NirOrder order = order_of(graph_of({"out", "a", "in", "b"}, {{"a", "out"}, {"b", "a"}, {"in", "b"}}));
    CHECK(order.nodes == Names{"in", "b", "a", "out"});
    CHECK(order.recurrent.empty());
    CHECK(order.unreachable.empty());
}

TEST_CASE("nir order: branches come before the node where they meet") {
    const NirOrder order = order_of(
        graph_of({"in", "a", "b", "c", "out"}, {{"in", "a"}, {"in", "c"}, {"a", "b"}, {"b", "c"}, {"c", "out"}}));
    CHECK(order.nodes == Names{"in", "a", "b", "c", "out"});
    CHECK(order.recurrent.empty());
}

TEST_CASE("nir order: edges that lead back are found, also from a node to itself") {
    const NirOrder order = order_of(graph_of(
        {"in", "lif", "rec", "out"}, {{"rec", "lif"}, {"lif", "rec"}, {"in", "lif"}, {"lif", "out"}, {"rec", "rec"}}));
    CHECK(order.nodes == Names{"in", "lif", "rec", "out"});
    CHECK(order.recurrent == Edges{{"rec", "lif"}, {"rec", "rec"}});
}

TEST_CASE("nir order: a loop with two entries is cut by names, not by the order in the file") {
    Edges edges{{"in", "a"}, {"in", "b"}, {"a", "b"}, {"b", "a"}};
    do {
        const NirOrder order = order_of(graph_of({"in", "b", "a"}, edges));
        CHECK(order.nodes == Names{"in", "a", "b"});
        CHECK(order.recurrent == Edges{{"b", "a"}});
    } while (std::ranges::next_permutation(edges).found);
}

TEST_CASE("nir order: several Inputs, and what none of them reaches") {
    const NirOrder order =
        order_of(graph_of({"in1", "in2", "a", "lost", "far", "out"},
                          {{"in2", "a"}, {"in1", "a"}, {"lost", "far"}, {"far", "lost"}, {"lost", "a"}}));
    CHECK(order.nodes == Names{"in2", "in1", "a"});
    CHECK(order.unreachable == Names{"far", "lost", "out"});
    CHECK(order.recurrent.empty());
    CHECK(order_of(NirGraph{}).nodes.empty());
}

TEST_CASE("nir order: a graph as deep as it has nodes") {
    NirGraph graph = graph_of({"in"}, {});
    for (int i = 0; i < 100'000; ++i) {
        graph.edges.push_back({graph.nodes.back().name, std::to_string(i)});
        graph.nodes.push_back(node_of(std::to_string(i), "Scale"));
    }
    const NirOrder order = order_of(graph);
    REQUIRE(order.nodes.size() == 100'001);
    CHECK(order.nodes.back() == "99999");
}

TEST_CASE("nir order: without the recurrent edges every source comes before its targets") {
    Rng rng(42, "nir order");
    int64_t recurrent = 0, plain = 0;
    for (int round = 0; round < 300; ++round) {
        NirGraph graph = graph_of({"in", "a", "b", "c", "d", "e"}, {});
        for (int i = 0; i < 12; ++i) {
            const NirEdge edge{graph.nodes[static_cast<size_t>(rng.below(6))].name,
                               graph.nodes[static_cast<size_t>(1 + rng.below(5))].name};
            if (std::ranges::find(graph.edges, edge) == graph.edges.end()) graph.edges.push_back(edge);
        }
        const NirOrder order = order_of(graph);
        REQUIRE(order.nodes.size() + order.unreachable.size() == 6);
        std::map<std::string, size_t> place;
        for (size_t i = 0; i < order.nodes.size(); ++i) place[order.nodes[i]] = i;
        REQUIRE(place.size() == order.nodes.size());
        for (const NirEdge& edge : graph.edges) {
            if (!place.contains(edge.source)) continue;
            REQUIRE(place.contains(edge.target));
            const bool is_recurrent = std::ranges::find(order.recurrent, edge) != order.recurrent.end();
            REQUIRE((place[edge.source] >= place[edge.target]) == is_recurrent);
            ++(is_recurrent ? recurrent : plain);
        }
    }
    CHECK(recurrent > 100);
    CHECK(plain > 1000);
}
