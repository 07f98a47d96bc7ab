// Bringing neurons to a rate.
#include "sim/run/calibrate.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int64_t kSamples[] = {0, 1, 2, 3, 4, 5};

std::vector<LayerRate> rates_of(Model& model, double rate) {
    return calibrate_rates(model, tiny_images(kSamples), rate);
}

}  // namespace

TEST_CASE("neurons behind a synaptic layer come to the rate that was asked for") {
    for (const char* network : {"spikingformer", "spikformer", "sdt"})
        for (const double rate : {0.2, 0.3}) {
            INFO(network);
            const auto model = tiny_model({{"network.model", network}, {"attention.model", "ssa"}});
            for (const LayerRate& layer : rates_of(*model, rate)) {
                INFO(layer.layer);
                if (layer.layer.ends_with("attn_lif") || layer.layer == "head_lif") continue;  // nothing of their own
                CHECK(layer.pooled_rate == doctest::Approx(rate).epsilon(0.15));
                CHECK(layer.pooled_rate >= layer.rate);
                CHECK(layer.slots > 0);
            }
        }
}

TEST_CASE("the same network comes to the same weights each time") {
    const auto one = tiny_model({{"attention.model", "ssa"}}), two = tiny_model({{"attention.model", "ssa"}});
    rates_of(*one, 0.2), rates_of(*two, 0.2);
    CHECK(std::ranges::equal(one->parameters(), two->parameters(),
                             [](const Parameter& a, const Parameter& b) { return same_bits(a.value, b.value); }));
}

TEST_CASE("the mean rate is that of all slots") {
    CHECK(mean_rate({{"a", 0.5, 10}, {"b", 0.1, 30}}) == doctest::Approx(0.2));
    CHECK(mean_rate({}) == 0);
}

TEST_CASE("a rate that no neuron can have is refused") {
    const auto model = tiny_model({{"attention.model", "ssa"}});
    for (const double rate : {0.0, -0.1, 0.6})
        CHECK(message_of([&] { rates_of(*model, rate); }).find("give one above 0 and up to 0.5") != std::string::npos);
}
