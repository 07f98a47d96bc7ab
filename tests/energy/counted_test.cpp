// The integers that every convention is made of: against the layers' own counts, and against how a run is cut.
#include <doctest/doctest.h>

#include <numeric>

#include "models/attention/score_norm.h"
#include "models/registry.h"
#include "sim/report/activity.h"
#include "tests/attention/made_attention.h"
#include "tests/energy/counted_run.h"

using namespace bispike;

namespace {

/// Each network with each attention under two norms, each neuron and each encoder.
std::vector<Keys> every_model() {
    std::vector<Keys> all = vit_forms();
    all.push_back({{"network.model", "vit"}, {"attention.model", "primal"}, {"attention.r_scores", "false"}});
    all.push_back({{"network.model", "vit"},
                   {"network.class_token", "false"},
                   {"network.pool", "mean"},
                   {"attention.model", "diag_attention"},
                   {"attention.window", "4"}});
    for (const auto& quantiser : registry().quantisers)
        all.push_back({{"network.model", "vit"}, {"network.quantiser", quantiser.name}});
    for (const auto& conversion : registry().conversions)
        all.push_back(
            {{"network.model", "spiking_vit"}, {"network.method", conversion.name}, {"network.quantiser", "qcfs"}});
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name)) continue;
        for (const auto& attention : registry().attention) {
            Keys keys = {{"network.model", network.name}, {"attention.model", attention.name}};
            const auto known = MadeAttention(attention.name, 16, 2).settings.resolved();
            if (known.contains("attention.threshold")) keys["attention.threshold"] = "0.125";
            if (!known.contains("attention.score_norm")) all.push_back(keys);
            for (const ScoreNorm& norm : score_norms())
                for (const char* spike_v : {"true", "false"}) {
                    if (!known.contains("attention.score_norm")) continue;
                    keys["attention.score_norm"] = norm.name, keys["attention.spike_v"] = spike_v;
                    all.push_back(keys);
                }
        }
        for (const auto& neuron : registry().neurons)
            all.push_back({{"network.model", network.name}, {"neuron.model", neuron.name}});
        for (const auto& encoder : image_encoders())
            all.push_back({{"network.model", network.name}, {"encoder.model", encoder.name}});
    }
    return that_fit(all);
}

/// Images in batches of two, of which the last has one alone where that can be.
int64_t some_images(const CountedModel& counted) { return counted.model->images_mix() ? 4 : 3; }

uint64_t sum_of(const std::vector<uint64_t>& values) {
    uint64_t sum = 0;
    for (const uint64_t v : values) sum += v;
    return sum;
}

bool same(const RunSums& a, const RunSums& b) {
    for (size_t i = 0; i < a.layers.size(); ++i) {
        const LayerSums &x = a.layers[i], &y = b.layers[i];
        if (!(x.all == y.all && x.by_step == y.by_step && x.by_patch == y.by_patch && x.by_head == y.by_head &&
              x.by_head_patch == y.by_head_patch))
            return false;
    }
    return a.images == b.images && a.layers.size() == b.layers.size();
}

}  // namespace

TEST_CASE("the sums are those that the layers themselves count, for every network and attention") {
    for (const Keys& keys : every_model()) {
        INFO(words(keys));
        const CountedModel counted(keys);
        ActivityObserver own, beside(counted.facts);
        EnergyObserver energy(counted.facts);
        Observer* const alone[] = {&own};
        Observer* const together[] = {&beside, &energy};
        const ImageSource source = tiny_source(some_images(counted));
        simulate(*counted.model, source, {.batch = 2}, alone, [](int64_t) {});
        simulate(*counted.model, source, {.batch = 2}, together, [](int64_t) {});
        beside.take(energy.sums());
        REQUIRE(own.layers().size() == beside.layers().size());
        for (size_t i = 0; i < own.layers().size(); ++i) {
            INFO(own.layers()[i].name);
            CHECK(counted.facts.find(own.layers()[i].name) >= 0);
            CHECK(own.layers()[i] == beside.layers()[i]);
        }
    }
}

TEST_CASE("steps, heads and images add up to the run, patches as far as they have a place") {
    for (const Keys& keys : every_model()) {
        INFO(words(keys));
        const CountedModel counted(keys);
        std::vector<Statistics> images(counted.facts.layers.size());
        const RunSums sums = counted.run(some_images(counted), {.batch = 2}, 1, [&](const CountedImage& image) {
            for (size_t i = 0; i < images.size(); ++i) images[i] += image.layers[i];
        });
        for (size_t i = 0; i < images.size(); ++i) {
            const LayerFacts& f = counted.facts.layers[i];
            const LayerSums& s = sums.layers[i];
            INFO(f.name);
            Statistics steps;
            for (const Statistics& step : s.by_step) steps += step;
            CHECK(steps == s.all);
            CHECK(images[i] == s.all);
            if (f.heads > 0) CHECK(sum_of(s.by_head) == s.all.executed);
            const bool placed = !patches_of(f, counted.facts.grid).empty() && sum_of(s.by_patch) > 0;
            if (placed) CHECK(sum_of(s.by_patch) == s.all.executed);
            CHECK(s.all.effective == s.all.events * (f.part == Part::synapse));
        }
    }
}

TEST_CASE("images that are kept apart add up to the run, to the last operation of each patch and head") {
    for (const Keys& keys : every_model()) {
        INFO(words(keys));
        const CountedModel counted(keys);
        const int64_t count = some_images(counted);
        const RunSums usual = counted.run(count, {.batch = 2});
        std::vector<int64_t> all(static_cast<size_t>(count));
        std::iota(all.begin(), all.end(), int64_t{0});
        RunSums kept;
        const auto keep = [&](const CountedImage& image) {
            if (image.places == nullptr) return;
            CHECK(image.places->images == 1);
            for (size_t i = 0; i < image.layers.size(); ++i) CHECK(image.places->layers[i].all == image.layers[i]);
            kept.merge(*image.places);
        };
        CHECK(same(usual, counted.run_keeping(all, tiny_source(count), {.batch = 2}, keep)));
        CHECK(same(usual, kept));
    }
}

TEST_CASE("only chosen images are kept, and they are the same for any batch and chunk of time") {
    const CountedModel counted(Keys{{"attention.model", "ssa"}});
    std::vector<std::pair<int64_t, RunSums>> kept;
    const auto keep = [&](const CountedImage& image) {
        if (image.places != nullptr) kept.emplace_back(image.sample, *image.places);
    };
    const RunSums sums = counted.run_keeping({1, 4}, tiny_source(6), {.batch = 4}, keep);
    counted.run_keeping({1, 4}, tiny_source(6), {.batch = 1, .chunk = 1}, keep);
    CHECK(same(sums, counted.run(6, {.batch = 4})));
    REQUIRE(kept.size() == 4);
    for (const size_t i : {0u, 1u}) {
        CHECK(kept[i].first == (i == 0 ? 1 : 4));
        CHECK(kept[i].first == kept[i + 2].first);
        CHECK(same(kept[i].second, kept[i + 2].second));
    }
    CHECK_FALSE(same(kept[0].second, kept[1].second));
}

TEST_CASE("batch, chunk, threads and the order of the images change no count") {
    for (const Keys& keys : {Keys{{"attention.model", "ssa"}}, Keys{{"attention.score_norm", "shiftmax"}},
                             Keys{{"network.model", "spikformer"}, {"encoder.model", "rate"}},
                             Keys{{"network.model", "sdt"}}, Keys{{"network.model", "spikingresformer"}}}) {
        INFO(words(keys));
        const CountedModel counted(keys);
        const RunSums whole = counted.run(8, {.batch = 8});
        CHECK(same(whole, counted.run(8, {.batch = 1, .chunk = 1})));
        CHECK(same(whole, counted.run(8, {.batch = 3, .chunk = 2}, 2)));
        CHECK_FALSE(same(whole, counted.run(7, {.batch = 8})));
        if (keys.contains("encoder.model")) continue;  // whose random numbers go by the place in the set
        const ImageSource forward = tiny_source(8);
        const ImageSource backward{8, forward.labels, [](std::span<const int64_t> samples) {
                                       std::vector<int64_t> reversed;
                                       for (const int64_t s : samples) reversed.push_back(7 - s);
                                       return tiny_images(reversed);
                                   }};
        CHECK(same(whole, counted.run(backward, {.batch = 3})));
    }
}
