// NIR files that Norse, Sinabs and others published with the NIR paper, where they are at hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sim/io/nir_flatten.h"
#include "sim/io/nir_order.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

using Names = std::vector<std::string>;

/// The folder of public files; empty where there is none.
std::string public_files() {
    const char* given = std::getenv("BISPIKE_SHARED");
    const std::string folder =
        (given ? std::string(given) : std::string(BISPIKE_SOURCE_DIR) + "/../shared") + "/data/nir";
    return std::filesystem::is_directory(folder) ? folder + "/" : "";
}

std::map<std::string, int> types_of(const NirGraph& graph) {
    std::map<std::string, int> types;
    for (const NirNode& node : graph.nodes) ++types[node.type];
    return types;
}

double sum(const NirField& field) {
    double total = 0;
    for (const double value : field.reals()) total += value;
    return total;
}

}  // namespace

TEST_CASE("nir public: the recurrent Braille readers") {
    const std::string folder = public_files();
    if (folder.empty()) {
        MESSAGE("skipped: no folder data/nir in $BISPIKE_SHARED or ../shared");
        return;
    }
    for (const char* name : {"braille_noDelay_bias_zero.nir", "braille_norse.nir"}) {
        const NirGraph graph = read_nir(folder + name);
        INFO(name);
        CHECK(types_of(graph) ==
              std::map<std::string, int>{{"Affine", 3}, {"CubaLIF", 2}, {"Input", 1}, {"Output", 1}});
        CHECK(graph.edges.size() == 7);
        CHECK(graph.find("lif1.w_rec")->fields.at("weight").shape == std::vector<int64_t>{38, 38});
        CHECK(graph.find("lif2")->fields.at("tau_syn").reals()[0] == doctest::Approx(0.0002));
        const NirOrder order = order_of(graph);
        CHECK(order.nodes.front() == "input");
        CHECK(order.nodes.size() == 7);
        CHECK(order.recurrent == std::vector<NirEdge>{{"lif1.w_rec", "lif1.lif"}});
        CHECK(order.unreachable.empty());
    }
    CHECK(sum(read_nir(folder + "braille_norse.nir").find("fc2")->fields.at("bias")) ==
          doctest::Approx(2.3157405853271484));
}

TEST_CASE("nir public: Sinabs' convolutional network and Norse's single neuron") {
    const std::string folder = public_files();
    if (folder.empty()) return;
    const NirGraph cnn = read_nir(folder + "cnn_sinabs.nir");
    CHECK(types_of(cnn) ==
          std::map<std::string, int>{
              {"Affine", 2}, {"Conv2d", 3}, {"Flatten", 1}, {"IF", 5}, {"Input", 1}, {"Output", 1}, {"SumPool2d", 2}});
    CHECK(cnn.find("0")->fields.at("weight").shape == std::vector<int64_t>{16, 2, 5, 5});
    CHECK(sum(cnn.find("0")->fields.at("weight")) == doctest::Approx(-10.744408309707069));
    CHECK(cnn.find("0")->fields.at("stride").integers() == std::vector<int64_t>{2, 2});
    CHECK(cnn.find("8")->fields.at("end_dim") == NirField::integer(-1));
    const NirOrder order = order_of(cnn);
    CHECK(order.nodes == Names{"input", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "output"});
    CHECK(order.recurrent.empty());

    const NirGraph lif = read_nir(folder + "lif_norse.nir");
    CHECK(types_of(lif) == std::map<std::string, int>{{"Affine", 1}, {"Input", 1}, {"LIF", 1}, {"Output", 1}});
    CHECK(lif.find("1")->fields.at("tau").reals()[0] == 0.0025f);
    const NirGraph two = read_nir(folder + "two_lif_neurons.nir");
    CHECK(order_of(two).nodes == Names{"in", "linear1", "lif1", "linear2", "lif2", "out"});
    CHECK(two.find("lif2")->fields.at("v_threshold") == NirField::list(NirField::Reals{20}));
}

TEST_CASE("nir public: every file is written and read back the same, and is flat already") {
    const std::string folder = public_files();
    if (folder.empty()) return;
    const TemporaryFolder copies;
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        NirGraph graph = read_nir(entry.path().string());
        INFO(graph.path);
        write_nir(copies.file("copy.nir"), graph);
        CHECK(read_nir(copies.file("copy.nir")) == graph);
        std::ranges::sort(graph.edges);
        CHECK(flatten(graph) == graph);
        ++files;
    }
    CHECK(files == 5);
}
