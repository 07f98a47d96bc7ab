// Means and spreads over seeds.
#include "sim/report/comparison.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"

using namespace bispike;

namespace {

CellFigures cell(int64_t seed, double accuracy) {
    return {.seed = seed,
            .accuracy_by_step = {accuracy / 2, accuracy},
            .energy_by_step = {1e7, 3e7},
            .version = "v",
            .model_hash = "m",
            .data_hash = "d",
            .values = {accuracy, 1000, 2e6, 3e6, 0, 4e7, 100, 5e7, 60}};
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the spread of a sample has n - 1 in it") {
    const Spread s = spread_of({2, 4, 4, 4, 5, 5, 7, 9});
    CHECK(s.mean == doctest::Approx(5));
    CHECK(s.deviation == doctest::Approx(2.138089935));
    CHECK(spread_of({3}).count == 1);
    CHECK_THROWS_AS(spread_of({}), Error);
}

TEST_CASE("a row tells its mean, and its spread where there is one") {
    const RowFigures two{"two", "a.ini", {"--b.c", "d"}, {cell(1, 0.5), cell(2, 0.75)}};
    const RowFigures one{"one", "a.ini", {}, {cell(1, 0.5)}};
    CHECK(two[&Figures::accuracy].mean == 0.625);
    CHECK(two.accuracy_by_step().front().mean == 0.3125);
    CHECK(two.energy_upto_step() == std::vector<double>{1e7, 4e7});
    const std::string text = comparison_text({{two, one}, {}}), markdown = comparison_markdown({{two, one}, {}});
    CHECK(text.find("62.50 ± 17.68") != std::string::npos);
    CHECK(markdown.find("| one | 50.00 | 1.00 k |") != std::string::npos);
    const std::string json = comparison_json({{one}, {}});
    CHECK(json.find("\"deviation\": null") != std::string::npos);
}

TEST_CASE("a converted cell finds the first step within 1 point of its source") {
    CellFigures c = cell(1, 0.8);
    c.accuracy_by_step = {0.5, 0.79, 0.7, 0.8}, c.energy_by_step = {1e7, 3e7, 0, 0};
    CHECK(c.steps_to_source() == std::nullopt);
    c.source_accuracy = 0.8;
    CHECK(c.steps_to_source() == 2);
    CHECK(c.energy_to_source() == 4e7);
    c.source_accuracy = 0.811;
    CHECK(c.steps_to_source() == std::nullopt);
    CHECK(c.energy_to_source() == std::nullopt);
}

TEST_CASE("a row tells the steps of its seeds, and which have none") {
    const auto steps = [](std::vector<double> sources) {
        RowFigures row{"snn", "convert ann", {}, {}};
        for (const double source : sources) {
            row.cells.push_back(cell(1, 0.8));  // 0.4, then 0.8
            row.cells.back().source_accuracy = source;
        }
        const std::string markdown = comparison_markdown({{row}, {}});
        return markdown.substr(markdown.rfind("\n", markdown.size() - 2));
    };
    CHECK(contains(steps({0.8, 0.8}), "| 80.00 | 2 | 40.0 |"));
    CHECK(contains(steps({0.8, 0.4}), "| 60.00 | 1-2 | 25.0 |"));
    CHECK(contains(steps({0.4, 0.9}), "| 65.00 | 1- | 10.0 |"));
    CHECK(contains(steps({0.9, 0.9}), "| 90.00 | - |  |"));
    const std::string json = comparison_json({{{"snn", "convert ann", {}, {cell(1, 0.8)}}}, {}});
    CHECK(json.find("source_accuracy") == std::string::npos);
}
