// The health of neurons, and a trace made small enough to look at.
#include "sim/report/trace_digest.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/report/neuron_health.h"
#include "sim/report/trace_file.h"
#include "sim/report/trace_reader.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

/// Two images, two steps, four neurons: dead, saturated, alike for both images, different.
TraceLane small_lane() {
    const Tensor spikes({2, 2, 1, 4}, {0, 1, 0, 1, 0, -1, 1, 0,    // image 0: steps 0, 1
                                       0, 1, 0, 0, 0, -1, 1, 1});  // image 1
    const Tensor potential({2, 2, 1, 4}, {0, 1.25f, 0.1f, 1, 0, -1.5f, 2, 0.123456f, 0, 1, 0, 0, 0, -1, 1, 1});
    return {.samples = {7, 9},
            .labels = {1, -1},
            .timesteps = 2,
            .logits = Tensor({2, 2, 2}, {0, 0, 0, 1, 0, 0, 1, 0}),
            .pixels = {0, 1, 2, 3, 253, 254, 255, 0},
            .spikes = {{"a.lif", Spikes::from(spikes, SpikeKind::bipolar)}},
            .neurons = {"a.lif"},
            .attention = {"a"},
            .thresholds = {{"a.lif", 1.0f}},
            .arrays = {{"/membrane/a.lif", potential},
                       {"/attention/a/weight",
                        Tensor({2, 2, 1, 2, 4}, {1, 0, 0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                                 0, 0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 1})}},
            .layers = {"a.lif", "a"}};
}

/// The lane with the energy of a synapse and of two products of attention with one head, in a grid of 1x2.
TraceLane with_energy() {
    TraceLane lane = small_lane();
    lane.energy_prices = "45nm", lane.energy = {"a.q", "a.score", "a.mix"};
    lane.arrays.emplace_back("/samples/energy", Tensor({2, 2, 1, 2}, {9, 1, 2, 3, 4, 5, 6, 7}));
    lane.arrays.emplace_back("/energy/a.q", Tensor({2, 2, 1, 2}, {8, 0, 0, 0, 0, 0, 0, 0}));
    lane.arrays.emplace_back("/energy/a.score", Tensor({2, 2, 1, 1, 2}, {1, 0, 1, 2, 0, 0, 0, 0}));
    lane.arrays.emplace_back("/energy/a.mix", Tensor({2, 2, 1, 1, 2}, {0, 1, 1, 1.5f, 0, 0, 0, 0}));
    return lane;
}

std::string write_trace(const TemporaryFolder& folder, bool with_pictures, TraceLane lane = small_lane()) {
    TraceOptions options{.path = folder.file("t.h5")};
    if (with_pictures) options.pictures = {.shape = {2, 2, 1}, .pixels = [](int64_t) { return std::span<uint8_t>(); }};
    if (!with_pictures) lane.pixels.clear();
    TraceFile file(options);
    file.write(lane);
    file.finish();
    return options.path;
}

nlohmann::json digest_of(const std::string& path, const DigestOptions& options) {
    return nlohmann::json::parse(trace_digest(open_trace(path), options));
}

}  // namespace

TEST_CASE("neurons that never fire, always fire, or fire alike are counted, each in one group") {
    const TemporaryFolder folder;
    const auto health = neuron_health(open_trace(write_trace(folder, false)));
    REQUIRE(health.size() == 1);
    CHECK(health[0].layer == "a.lif");
    CHECK(health[0].neurons == 4);
    CHECK(health[0].dead == 1);
    CHECK(health[0].saturated == 1);
    CHECK(health[0].constant == 1);
}

TEST_CASE("a digest has the images, spikes, potentials and attention of the trace") {
    const TemporaryFolder folder;
    const nlohmann::json j = digest_of(write_trace(folder, true), {});
    CHECK(j["health_images"] == 2);
    CHECK(j["layers"][0] == nlohmann::json{{"name", "a.lif"},
                                           {"kind", "bipolar"},
                                           {"neurons", 4},
                                           {"threshold", 1.0},
                                           {"shown", {0, 1, 2, 3}},
                                           {"watched", {0, 1, 2, 3}}});
    REQUIRE(j["images"].size() == 2);
    const auto& image = j["images"][0];
    CHECK(image["index"] == 7);
    CHECK(image["label"] == 1);
    CHECK(image["prediction"] == 1);
    CHECK(j["images"][1]["label"] == -1);
    CHECK(image["pixels"]["base64"] == "AAECAw==");
    CHECK(j["images"][1]["pixels"]["base64"] == "/f7/AA==");
    CHECK(image["rasters"][0] == nlohmann::json::parse("[[0,1,1],[0,3,1],[1,1,-1],[1,2,1]]"));
    CHECK(image["membranes"][0] == nlohmann::json::parse("[[0,0],[1.25,-1.5],[0.1,2],[1,0.1235]]"));
    CHECK(image["attention"][0][0] == nlohmann::json::parse("[[[0.75,0.25],[0,0]]]"));  // step 0: head 0: 2x2 keys
}

TEST_CASE("a digest shows as many images and neurons as it is asked for, evenly spaced") {
    const TemporaryFolder folder;
    const nlohmann::json j = digest_of(write_trace(folder, false), {.images = 1, .shown = 2, .watched = 1});
    CHECK(j["images"].size() == 1);
    CHECK(j["images"][0]["pixels"].is_null());
    CHECK(j["layers"][0]["shown"] == nlohmann::json{0, 3});
    CHECK(j["layers"][0]["watched"] == nlohmann::json::array({0}));
    CHECK(j["images"][0]["rasters"][0] == nlohmann::json::parse("[[0,1,1]]"));  // neuron 3 is the second one shown
}

TEST_CASE("a digest has the energy of each image: of all layers, and of the products of each attention together") {
    const TemporaryFolder folder;
    const nlohmann::json j = digest_of(write_trace(folder, true, with_energy()), {});
    CHECK(j["images"][0]["energy"]["map"] == nlohmann::json::parse("[[[9,1]],[[2,3]]]"));
    CHECK(j["images"][1]["energy"]["map"] == nlohmann::json::parse("[[[4,5]],[[6,7]]]"));
    CHECK(j["images"][0]["energy"]["attention"] == nlohmann::json::parse("[[[[[1,1]]],[[[2,3.5]]]]]"));
    CHECK(digest_of(write_trace(folder, true), {})["images"][0]["energy"].is_null());
}

TEST_CASE("a digest of energies whose shapes do not fit together is refused") {
    const TemporaryFolder folder;
    TraceLane lane = with_energy();
    lane.arrays.back().second = Tensor({2, 2, 1, 1, 3});
    CHECK_THROWS_WITH_AS(digest_of(write_trace(folder, true, std::move(lane)), {}),
                         doctest::Contains("/energy/a.mix has another shape"), Error);
    lane = with_energy();
    lane.arrays[2].second = Tensor({2, 2, 2});
    CHECK_THROWS_WITH_AS(digest_of(write_trace(folder, true, std::move(lane)), {}),
                         doctest::Contains("/samples/energy has 3 axes, not 4"), Error);
}
