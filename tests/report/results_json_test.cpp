// results.json and results.csv: their keys are a promise.
#include "sim/report/results_json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/report/small_run.h"

namespace bispike {
namespace {

using nlohmann::json;

json parsed(const RunResults& results) { return json::parse(results_json(results)); }

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) out.push_back(line);
    return out;
}

}  // namespace

TEST_CASE("results.json has its promised keys with the figures of the run") {
    const json j = parsed(small_run());
    CHECK(j.at("accuracy") == 0.75);
    CHECK(j.at("accuracy_by_step") == json{0.5, 0.75});
    CHECK(j.at("images") == 4);
    CHECK(j.at("timesteps") == 2);
    CHECK(j.at("images_per_second") == 8.0);
    CHECK(j.at("synops_per_image") == 275.0);
    CHECK(j.at("energy_per_image_pj").get<double>() == doctest::Approx(617.5));
    CHECK(j.at("layers").size() == 4);
    CHECK(j.at("accuracy_interval").size() == 2);
    CHECK(j.at("correct") == 3);
    CHECK(j.at("confusion") == json{{2, 0}, {1, 1}});
    CHECK(j.at("accuracy_by_class")[1] == json{{"label", 1}, {"images", 2}, {"correct", 1}, {"accuracy", 0.5}});
    CHECK(j.at("firing_rate") == 0.25);
    CHECK(j.at("shift_per_image") == 10.0);
    CHECK(j.at("shift_energy_per_image_pj").get<double>() == doctest::Approx(0.45));
    CHECK(j.at("energy_prices_pj").at("mac") == 4.6);
    CHECK_FALSE(j.at("synops_convention").get<std::string>().empty());
    for (const char* key : {"network", "config", "dataset", "version", "dispatch", "threads", "parameters", "seconds",
                            "peak_memory_bytes"})
        CHECK(j.contains(key));
}

TEST_CASE("energies by kind add up to the total, without the shifts") {
    const json j = parsed(small_run());
    double sum = 0;
    for (const char* kind : {"mac", "ac", "ac_bipolar", "ac_integer"})
        sum += j.at(std::string(kind) + "_energy_per_image_pj").get<double>();
    CHECK(sum == doctest::Approx(j.at("energy_per_image_pj").get<double>()));
    double layers = 0;
    for (const json& layer : j.at("layers")) layers += layer.at("energy_per_image_pj").get<double>();
    CHECK(layers == doctest::Approx(j.at("energy_per_image_pj").get<double>()));
}

TEST_CASE("what a layer does not have is null, never a made-up number") {
    const json layer = parsed(small_run()).at("layers")[0];
    CHECK(layer.at("name") == "stem.conv");
    CHECK(layer.at("firing_rate").is_null());
    CHECK(layer.at("negative_share").is_null());
    CHECK(layer.at("firing_rate_by_step") == json{nullptr, nullptr});
    CHECK(layer.at("mac_per_image") == 100.0);
    CHECK(layer.at("nonlinear_mac_per_image") == 10.0);
}

TEST_CASE("a class without images has no accuracy") {
    AccuracyCounts counts{.images = 1, .classes = 2, .correct_by_step = {1, 1}, .confusion = {1, 0, 0, 0}};
    const json j = parsed(make_results(small_info(), counts, small_layers(), {}));
    CHECK(j.at("accuracy_by_class")[0].at("accuracy") == 1.0);
    CHECK(j.at("accuracy_by_class")[1].at("accuracy").is_null());
}

TEST_CASE("every layer has the same keys, and results.csv has them as columns") {
    const RunResults r = small_run();
    const json j = parsed(r);
    for (const json& layer : j.at("layers"))
        CHECK(std::equal(layer.items().begin(), layer.items().end(), j.at("layers")[0].items().begin(),
                         [](const auto& a, const auto& b) { return a.key() == b.key(); }));
    const auto csv = lines(results_csv(r));
    REQUIRE(csv.size() == 5);
    CHECK(csv[0].starts_with("name,kind,kernel,event_calls,dense_calls,firing_rate,firing_rate_by_step.0,"));
    CHECK(csv[2].starts_with("stem.lif,neuron,,0,0,0.25,0.2,0.3,0.4,40,10,4,10,,"));
    for (const std::string& line : csv)
        CHECK(std::count(line.begin(), line.end(), ',') == std::count(csv[0].begin(), csv[0].end(), ','));
}

TEST_CASE("a comma or a quote in a name does not break results.csv") {
    auto layers = small_layers();
    layers[0].name = "a,\"b\"";
    const auto csv = lines(results_csv(make_results(small_info(), small_counts(), layers, {})));
    CHECK(csv[1].starts_with("\"a,\"\"b\"\"\",conv,"));
}

}  // namespace bispike
