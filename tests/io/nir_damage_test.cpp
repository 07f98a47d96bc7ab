// Damaged NIR files: cut off, changed bytes, and objects changed at random.
#include <doctest/doctest.h>

#include "sim/core/rng.h"
#include "sim/io/nir_flatten.h"
#include "sim/io/nir_order.h"
#include "tests/io/nir_example.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

NirField random_field(Rng& rng) {
    const NirField choices[] = {NirField::text("LIF"),
                                NirField::text(""),
                                NirField::text("NIRGraph"),
                                ramp({3}),
                                ramp({2, 2}),
                                ramp({0}),
                                ramp({}),
                                integers({}),
                                integers({INT64_MIN}),
                                integers({2, 2}),
                                NirField::integer(INT64_MAX),
                                {{2, 2}, NirField::Texts{"input", "lif", "in", "out"}},
                                {{0, 2}, NirField::Texts{}},
                                {{1}, NirField::Texts{"same"}}};
    return choices[rng.below(std::ssize(choices))];
}

/// Removes, changes, renames or adds an object.
void damage(NirObjects& objects, Rng& rng) {
    auto at = std::next(objects.begin(), rng.below(std::ssize(objects)));
    const std::string object = at->first;
    switch (rng.below(5)) {
        case 0:
            objects.erase(at);
            break;
        case 1:
            at->second = random_field(rng);
            break;
        case 2:
            at->second = std::next(objects.begin(), rng.below(std::ssize(objects)))->second;
            break;
        case 3: {
            const NirField moved = at->second;
            objects.erase(at);
            objects[object.substr(0, object.rfind('/') + 1) + (rng.below(2) == 0 ? "tau" : "edges")] = moved;
            break;
        }
        default:
            objects[object.substr(0, object.rfind('/') + 1) + (rng.below(2) == 0 ? "extra" : "metadata/x")] =
                random_field(rng);
    }
}

}  // namespace

TEST_CASE("nir damage: a file cut off anywhere is an error") {
    const TemporaryFolder folder;
    const std::string path = folder.file("g.nir");
    NirGraph graph;
    graph.nodes = {node_of("a", "Scale", {{"scale", ramp({2})}}), node_of("b", "Input", {{"shape", integers({2})}})};
    graph.edges = {{"b", "a"}};
    write_nir(path, graph);
    const std::string whole = contents(path);
    const size_t sealed = whole.size() - 16;
    for (size_t size = 0; size < sealed; size += 3) {
        put(path, whole.substr(0, size));
        INFO(size);
        REQUIRE(contains(message_of([&] { read_nir(path); }), "cannot read " + path));
    }
    put(path, whole.substr(0, sealed));  // without the seal, as another program would write it
    CHECK(read_nir(path) == graph);
}

TEST_CASE("nir damage: a changed byte in a file of ours is found before HDF5 sees it") {
    const TemporaryFolder folder;
    const std::string path = folder.file("g.nir");
    write_nir(path, example_graph());
    const std::string whole = contents(path);
    for (size_t at = 0; at < whole.size() - 16; at += 997) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(~damaged[at]);
        put(path, damaged);
        CHECK(message_of([&] { read_nir(path); }) ==
              path + " is damaged: its bytes do not match the checksum at its end");
    }
}

TEST_CASE("nir damage: objects changed at random give an error or a valid graph") {
    const TemporaryFolder folder;
    const std::string path = folder.file("g.nir");
    const NirObjects whole = objects_of(example_graph());
    Rng rng(42, "damage nir");
    int64_t errors = 0, readable = 0;
    for (int round = 0; round < 200; ++round) {
        NirObjects objects = whole;
        for (int64_t i = 1 + rng.below(2); i > 0; --i) damage(objects, rng);
        if (!message_of([&] { write_objects(path, objects); }).empty()) continue;  // an array below an array
        NirGraph graph;
        const std::string message = message_of([&] { graph = read_nir(path); });
        REQUIRE_FALSE(contains(message, "\n"));
        errors += !message.empty();
        if (!message.empty()) continue;
        ++readable;
        REQUIRE(order_of(graph).nodes.size() <= graph.nodes.size());
        message_of([&] { flatten(graph); });
        const std::string refused = message_of([&] { write_nir(path, graph); });
        if (refused.empty()) REQUIRE((read_nir(path) == graph));
        REQUIRE((refused.empty() || contains(refused, "cannot be written without")));
    }
    CHECK(errors > 100);
    CHECK(readable > 20);
}
