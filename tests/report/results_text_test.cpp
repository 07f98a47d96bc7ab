// The report on the screen.
#include "sim/report/results_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/report/results_json.h"
#include "tests/report/small_run.h"

namespace bispike {
namespace {

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) out.push_back(line);
    return out;
}

/// The line that begins with `key` and a space; empty if there is none.
std::string line_of(const std::string& text, const std::string& key) {
    for (const std::string& line : lines(text))
        if (line.starts_with(key + " ")) return line;
    return "";
}

/// A run of ImageNet size.
RunResults large_run() {
    auto layers = small_layers();
    for (LayerActivity& layer : layers) {
        layer.operations = {.mac = 399'999'999'999, .ac_bipolar = 3'999'999'999'999, .shift = 399'999'999'999};
        layer.by_step.assign(16, {4'000'000'000, 3'999'999'999, 3'999'999'999, 3'999'999'999});
    }
    const AccuracyCounts counts{
        .images = 4, .classes = 2, .correct_by_step = std::vector<uint64_t>(16, 4), .confusion = {4, 0, 0, 0}};
    return make_results(small_info(), counts, layers, {});
}

}  // namespace

TEST_CASE("the report names accuracy, interval, steps, operations, energy, speed and memory") {
    const std::string text = results_text(small_run());
    CHECK(line_of(text, "accuracy") == "accuracy                   75.00 %");
    CHECK(line_of(text, "accuracy_interval") == "accuracy_interval          30.06 % to 95.44 % (95 %, Wilson)");
    CHECK(line_of(text, "accuracy_by_step") == "accuracy_by_step           50.00 %  75.00 %");
    CHECK(line_of(text, "images") == "images                     4, correct 3");
    CHECK(line_of(text, "synops_per_image").find(" 275 ") != std::string::npos);
    CHECK(line_of(text, "energy_per_image_pj").find(" 618 = 6.175e-07 mJ") != std::string::npos);
    CHECK(line_of(text, "images_per_second").find(" 8.0 (") != std::string::npos);
    CHECK_FALSE(line_of(text, "peak_memory_bytes").empty());
}

TEST_CASE("the report has a row for each layer and one for all, ends aligned") {
    const auto all = lines(results_text(small_run()));
    const auto head = std::find_if(all.begin(), all.end(), [](const auto& l) { return l.starts_with("name "); });
    REQUIRE(head != all.end());
    for (int row = 1; row <= 5; ++row) CHECK(head[row].size() == head->size());
    CHECK(head[1].starts_with("stem.conv "));
    CHECK(head[2].find(" 25.00 %   40.00 % ") != std::string::npos);
    CHECK(head[3].starts_with("..y_long_name_of_a_layer "));
    CHECK(head[5].starts_with("all (rates: neurons) "));
    CHECK(head[6].empty());
}

TEST_CASE("layers without spikes and operations are left out of the table, not of results.json") {
    auto layers = small_layers();
    layers.push_back({.name = "block.0", .kind = "block", .by_step = {}, .input = {}, .operations = {}});
    const RunResults r = make_results(small_info(), small_counts(), layers, {});
    CHECK(line_of(results_text(r), "block.0").empty());
    CHECK_FALSE(line_of(results_text(r), "pool").empty());
    CHECK(nlohmann::json::parse(results_json(r)).at("layers").size() == 5);
}

TEST_CASE("shifts stand on their own with price, range and source") {
    const std::string text = results_text(small_run());
    CHECK(line_of(text, "shift").find("0.045") != std::string::npos);
    CHECK(text.find("0.450, not in the total; range 0.240 to 4.17") != std::string::npos);
    CHECK(text.find("Horowitz, ISSCC 2014") != std::string::npos);
}

TEST_CASE("the report is at most 100 columns wide, also for large runs") {
    for (const RunResults& run : {small_run(), large_run()})
        for (const std::string& line : lines(results_text(run))) {
            CAPTURE(line);
            CHECK(line.size() <= 100);
            CHECK_FALSE(line.ends_with(" "));
        }
}

TEST_CASE("every name at the start of a line of figures is a key of results.json") {
    const auto json = nlohmann::json::parse(results_json(small_run()));
    int keys = 0;
    for (const std::string& line : lines(results_text(small_run()))) {
        if (line.find("  ") != line.find(' ')) continue;  // not "key   value"
        const std::string key = line.substr(0, line.find(' '));
        const auto layers = small_layers();
        const bool layer = key == "name" || std::ranges::any_of(layers, [&](const auto& l) { return l.name == key; });
        if (layer || key.empty() || key.starts_with("..") || key == "operation") continue;
        CAPTURE(key);
        CHECK((json.contains(key) || json.contains(key + "_per_image") || json.at("energy_prices_pj").contains(key)));
        ++keys;
    }
    CHECK(keys >= 20);
}

}  // namespace bispike
