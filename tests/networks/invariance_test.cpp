// What must not change a bit of any result: how a run is cut into chunks of time, batches and threads.
#include <doctest/doctest.h>

#include "models/attention/score_norm.h"
#include "tests/attention/made_attention.h"
#include "tests/networks/tiny.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

/// Every attention, and each cell of bsa.
std::vector<Keys> every_attention() {
    std::vector<Keys> all;
    for (const auto& attention : registry().attention) {
        Keys keys = {{"attention.model", attention.name}};
        if (MadeAttention(attention.name, 16, 2).settings.resolved().contains("attention.threshold"))
            keys["attention.threshold"] = "0.125";
        all.push_back(keys);
        if (attention.name != "bsa") continue;
        for (const ScoreNorm& norm : score_norms())
            for (const char* query_key : {"binary", "ternary"})
                for (const char* spike_v : {"false", "true"}) {
                    keys["attention.score_norm"] = norm.name;
                    keys["attention.query_key"] = query_key;
                    keys["attention.spike_v"] = spike_v;
                    all.push_back(keys);
                }
    }
    return all;
}

/// Each network with every attention, every neuron and every encoder.
std::vector<Keys> every_model() {
    std::vector<Keys> all = vit_forms();
    for (const auto& encoder : image_encoders())
        all.push_back({{"network.model", "vit"}, {"encoder.model", encoder.name}});
    for (const auto& quantiser : registry().quantisers)
        all.push_back({{"network.model", "vit"}, {"network.quantiser", quantiser.name}});
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name)) continue;
        for (Keys keys : every_attention()) all.push_back((keys["network.model"] = network.name, keys));
        for (const auto& neuron : registry().neurons)
            for (const auto& encoder : image_encoders())
                all.push_back(
                    {{"network.model", network.name}, {"neuron.model", neuron.name}, {"encoder.model", encoder.name}});
    }
    return that_fit(all);
}

/// Names the first layer and sample that differ.
void check_equal(const RunBits& expected, const RunBits& actual) {
    REQUIRE(expected.size() == actual.size());
    for (const auto& entry : expected) {
        const auto& layer = entry.first;
        const auto& samples = entry.second;
        INFO(layer);
        CHECK(actual.at(layer) == samples);
    }
}

}  // namespace

TEST_CASE("chunks of time, batches and threads change no bit of any layer of any network") {
    const ImageSource source = tiny_source(8);
    for (const Keys& keys : every_model()) {
        INFO(words(keys));
        const auto model = tiny_model(keys);
        const RunBits whole = run_bits(*model, source, {.batch = 8, .chunk = 0}, 1);
        REQUIRE(whole.at("answers").size() == 8);
        CHECK(whole.at("answers").at(0) != whole.at("answers").at(1));
        for (int chunk : {1, 2}) check_equal(whole, run_bits(*model, source, {.batch = 8, .chunk = chunk}, 1));
        if (model->images_mix()) {  // as it says
            const RunBits halves = run_bits(*model, source, {.batch = 4}, 1);
            CHECK(halves.at("answers") != whole.at("answers"));
            check_equal(halves, run_bits(*model, source, {.batch = 4, .chunk = 1}, 2));
            continue;
        }
        for (int batch : {1, 3}) check_equal(whole, run_bits(*model, source, {.batch = batch, .chunk = 0}, 1));
        check_equal(whole, run_bits(*model, source, {.batch = 1, .chunk = 0}, 2));
        check_equal(whole, run_bits(*model, source, {.batch = 3, .chunk = 1}, 2));
    }
}

TEST_CASE("chunks of time, batches and threads change no bit with rounded weights either") {
    const ImageSource source = tiny_source(8);
    for (const auto& network : registry().networks)
        for (const Purpose purpose : {Purpose::simulate_int16, Purpose::simulate_int8}) {
            INFO(network.name);
            const auto model = tiny_model({{"network.model", network.name}});
            const RunBits exact = run_bits(*model, source, {.batch = 8}, 1);
            model->prepare(purpose);
            const RunBits whole = run_bits(*model, source, {.batch = 8}, 1);
            if (is_spiking(network.name)) CHECK(whole != exact);  // others have no spikes, or weights on a grid
            check_equal(whole, run_bits(*model, source, {.batch = 3, .chunk = 1}, 2));
        }
}

TEST_CASE("the instruction set changes no bit of any layer of any network") {
    const ImageSource source = tiny_source(3);
    for (const auto& network : registry().networks) {
        INFO(network.name);
        const auto model = tiny_model({{"network.model", network.name}});
        const RunBits usual = run_bits(*model, source, {.batch = 2}, 1);
        on_each_fused_target([&] { check_equal(usual, run_bits(*model, source, {.batch = 2}, 1)); });
    }
}

TEST_CASE("an image's results do not depend on the images before it") {
    for (const auto& network : registry().networks) {
        const auto model = tiny_model({{"network.model", network.name}});
        const RunBits few = run_bits(*model, tiny_source(2), {.batch = 1}, 1),
                      more = run_bits(*model, tiny_source(6), {.batch = 4}, 1);
        for (const auto& [layer, samples] : few)
            for (const auto& [sample, bits] : samples) CHECK(more.at(layer).at(sample) == bits);
    }
}
