// What came out otherwise the second time.
#include "sim/report/repeat.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/report/provenance_json.h"
#include "sim/report/results_json.h"
#include "tests/report/small_run.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

std::vector<std::string> keys(const std::vector<DifferentFigure>& all) {
    std::vector<std::string> names;
    for (const DifferentFigure& f : all) names.push_back(f.key);
    return names;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("repeat: what every run has its own of is no difference") {
    RunResults again = small_run();
    again.info.seconds = 0.7, again.images_per_second = 5, again.peak_memory_bytes = 1;
    again.info.provenance.threads = 8, again.info.config = "elsewhere.ini";
    CHECK(different_figures(results_json(small_run()), results_json(again)).empty());
    CHECK(different_origins(results_json(small_run()), results_json(again)).empty());
}

TEST_CASE("repeat: the last bit of a figure, a count of a layer and the answers are differences") {
    RunResults again = small_run();
    again.accuracy = std::nextafter(again.accuracy, 1.0);
    again.layers[1].spikes.count.spikes += 1;
    again.info.answers_hash = "c4";
    CHECK(keys(different_figures(results_json(small_run()), results_json(again))) ==
          Keys{"accuracy", "answers_hash", "layers.1.spikes"});
}

TEST_CASE("repeat: a key that one of them lacks and a list of another length are differences") {
    CHECK(keys(different_figures(R"({"a": 1, "b": [1, 2]})", R"({"b": [1, 2, 3], "c": null})")) == Keys{"a", "b", "c"});
    const auto one = different_figures(R"({"a": 1})", R"({})");
    REQUIRE(one.size() == 1);
    CHECK(one[0].before == "1");
    CHECK(one[0].now.empty());
}

TEST_CASE("repeat: another model, data, program or machine is an origin and no figure") {
    RunResults again = small_run();
    Provenance& p = again.info.provenance;
    p.dispatch = "NEON", p.data_hash = "b3", p.model_hash = "a2", p.version = "0.2.0", p.compiler = "Clang 14";
    const Keys expected{"model_hash", "data_hash", "version", "compiler", "dispatch"};
    CHECK(keys(different_origins(results_json(small_run()), results_json(again))) == expected);
    CHECK(keys(different_origins(results_json(small_run()), provenance_json(p))) == expected);
    CHECK(different_figures(results_json(small_run()), results_json(again)).empty());
}

TEST_CASE("repeat: results that are none are refused") {
    for (const char* text : {"", "[]", "{", "3"})
        CHECK(contains(message_of([&] { different_figures(text, "{}"); }), "no JSON object"));
}
