// The whole report: what adds up to what.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/report/energy_json.h"
#include "sim/report/energy_text.h"
#include "tests/energy/counted_run.h"

using namespace bispike;

namespace {

constexpr int64_t kImages = 6;

struct Reported {
    CountedModel counted;
    RunSums sums;
    EnergyReport report;

    explicit Reported(const Keys& keys) : Reported(keys, CountedModel(keys)) {}

private:
    Reported(const Keys&, CountedModel model) : counted(std::move(model)), sums(), report(made()) {}

    EnergyReport made() {
        const auto chosen = find_conventions("all");
        ImageEnergies images(counted.facts, chosen, {});
        sums = counted.run(kImages, {.batch = 4}, 1, [&](const CountedImage& image) { images.add(image); });
        UsedNetwork use{counted.facts, {}};
        for (const LayerSums& s : sums.layers) use.layers.push_back(mean_of(s.all, sums.images));
        EnergyReport r = make_energy_report({"tiny", "made up", "0", kImages, 1, 0.5}, std::move(use), chosen, {});
        add_run(r, sums, images, 42);
        return r;
    }
};

double sum_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double v : values) sum += v;
    return sum;
}

}  // namespace

TEST_CASE("the map, the steps and the layers add up to `exact`, and classes to the mean") {
    for (const Keys& keys : {Keys{{"attention.model", "ssa"}}, Keys{{"attention.score_norm", "spike_count"}},
                             Keys{{"network.model", "spikformer"}}, Keys{{"network.model", "spikingresformer"}}}) {
        INFO(words(keys));
        const Reported r(keys);
        const ConventionResults& exact = r.report.conventions.front();
        REQUIRE(exact.convention->name == "exact");
        CHECK(exact.energy > 0);
        CHECK(sum_of(r.report.attribution->map) == doctest::Approx(exact.energy));
        CHECK(sum_of(r.report.attribution->by_step) == doctest::Approx(exact.energy));
        for (const Attribution::Layer& layer : r.report.attribution->layers) {
            CAPTURE(layer.name);
            const int i = r.counted.facts.find(layer.name);
            const double energy = energy_of(exact.layers[static_cast<size_t>(i)], Priced::without_rest, {});
            CHECK(sum_of(layer.map) == doctest::Approx(energy));
            if (layer.heads > 0) CHECK(sum_of(layer.by_head) == doctest::Approx(energy));
        }
        double mean = 0;
        uint64_t images = 0;
        for (const auto& c : r.report.classes) mean += c.energy[0] * static_cast<double>(c.images), images += c.images;
        CHECK(images == kImages);
        CHECK(mean / kImages == doctest::Approx(exact.energy));
        for (const ConventionResults& c : r.report.conventions) {
            CAPTURE(c.convention->name);
            REQUIRE(c.interval);
            CHECK(c.interval->low <= c.interval->high);
            if (c.convention->name.starts_with("spikingformer") || c.convention->name == "exact_reordered") continue;
            CHECK(c.interval->low <= c.energy);  // a minimum of means is no mean of minima
            CHECK(c.energy <= c.interval->high);
        }
    }
}

TEST_CASE("the JSON holds every convention and layer, and the text every convention with its difference") {
    const Reported r(Keys{{"attention.model", "ssa"}});
    const auto j = nlohmann::json::parse(energy_json(r.report));
    CHECK(j["conventions"].size() == conventions().size());
    for (const auto& c : j["conventions"]) {
        double energy = 0;
        for (const auto& layer : c["layers"]) energy += layer["energy_pj"].get<double>();
        CHECK(energy == doctest::Approx(c["energy_pj"].get<double>()));
        CHECK(c["layers"].size() == j["layers"].size());
    }
    CHECK(j["attribution"]["map_by_step_pj"].size() == 4);
    CHECK(j["layers"][0]["sum"]["executed"].is_number_unsigned());
    const std::string text = energy_text(r.report), csv = energy_csv(r.report);
    for (const Convention& c : conventions()) {
        CHECK(text.find(c.differs) != std::string::npos);
        CHECK(csv.find(c.name + ",stem.0,conv,") != std::string::npos);
    }
    CHECK(energy_layers_text(r.report, "block.0.attn.*").find("block.0.attn.score") != std::string::npos);
    CHECK_THROWS_WITH_AS(energy_layers_text(r.report, "block.0.atn.q"), doctest::Contains("block.0.attn.q"), Error);
}

TEST_CASE("attention without a norm is counted in its cheaper order too") {
    const Reported r(Keys{{"attention.model", "ssa"}});
    const auto energy = [&](const char* name) {
        for (const ConventionResults& c : r.report.conventions)
            if (c.convention->name == name) return c.energy;
        return 0.0;
    };
    CHECK(energy("exact_reordered") <= energy("exact"));
    CHECK(energy("exact_whole") > energy("exact"));
    const int mix = r.counted.facts.find("block.0.attn.mix");
    CHECK(r.counted.facts.layers[static_cast<size_t>(mix)].reorders);
    CHECK(r.sums.layers[static_cast<size_t>(mix)].all.reordered > 0);
    const CountedModel normed({{"attention.model", "ssa"}, {"attention.score_norm", "spike_count"}});
    CHECK_FALSE(normed.facts_of("block.0.attn.mix").reorders);
}

TEST_CASE("q (k^T v) is counted as brute force counts it") {
    for (const Keys& keys :
         {Keys{{"attention.model", "ssa"}}, Keys{{"attention.model", "ssa"}, {"attention.query_key", "ternary"}}}) {
        const CountedModel counted(keys);
        struct Kept : Probe {
            void begin_chunk(int) override {}
            bool wants_potential(const std::string&) const override { return false; }
            void on_result(const Tensor&) override {}
            void on_call(const LayerCall& call) override {
                if (call.output.spikes()) spikes[call.name] = *call.output.spikes();
            }
            std::map<std::string, Spikes> spikes;
        } kept;
        Probe* const probes[] = {&kept};
        const int64_t samples[] = {0, 1};
        simulate_batch(*counted.model, tiny_images(samples), samples, {}, probes);
        const Spikes &q = kept.spikes.at("block.0.attn.q_lif"), &k = kept.spikes.at("block.0.attn.k_lif"),
                     &v = kept.spikes.at("block.0.attn.v_lif");
        const int64_t tokens = q.shape()[2], channels = q.channels(), width = channels / 2;
        uint64_t expected = 0;
        for (int64_t g = 0; g < q.rows() / tokens; ++g)
            for (int64_t c = 0; c < channels; ++c)
                for (int64_t e = c / width * width; e < (c / width + 1) * width; ++e) {
                    uint64_t pairs = 0, queries = 0;
                    for (int64_t i = g * tokens; i < (g + 1) * tokens; ++i) {
                        pairs += k.value(i, c) != 0 && v.value(i, e) != 0;
                        queries += q.value(i, c) != 0;
                    }
                    expected += pairs + (pairs > 0 ? queries : 0);
                }
        const RunSums sums = counted.run(2);
        CHECK(sums.layers[static_cast<size_t>(counted.facts.find("block.0.attn.mix"))].all.reordered == expected);
        CHECK(expected > 0);
    }
}
