// Sizes and words of a network that do not fit, each with its error.
#include <doctest/doctest.h>

#include "models/registry.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

std::string error_of(const Keys& keys) {
    return message_of([&] { tiny_model(keys); });
}

}  // namespace

TEST_CASE("sizes of a network that do not fit are clear errors") {
    for (const auto& network : registry().networks) {
        if (!tiny_settings({{"network.model", network.name}}).has("network.depth")) continue;  // sizes of their own
        const auto error = [&](Keys keys) { return keys["network.model"] = network.name, error_of(keys); };
        CHECK(error({}) == "");
        CHECK(error({{"network.timesteps", "0"}}) == "network.timesteps = 0: at least one time step is needed");
        CHECK(error({{"network.heads", "3"}}) == "network.heads = 3 do not divide network.dim = 16");
        CHECK(error({{"network.heads", "0"}}) == "network.heads = 0: it must be positive");
        CHECK(error({{"network.dim", "-4"}}) == "network.dim = -4: it must be positive");
        CHECK(error({{"network.depth", "-1"}}) == "network.depth = -1: it must be positive");
        CHECK(error({{"network.mlp_ratio", "0"}}) == "network.mlp_ratio = 0: it must be positive");
        if (!is_spiking(network.name)) continue;
        CHECK(error({{"network.stem_widths", "16"}}) ==
              "network.stem_pools has 2 entries, network.stem_widths has 1: give one each");
        CHECK(error({{"network.stem_widths", "16,8"}}) ==
              "network.stem_widths ends with 8, but network.dim is 16: the last stage makes the tokens");
        CHECK(error({{"network.stem_pools", "0,2"}}) ==
              "network.stem_pools has the entry 2: give 0 or 1 for each stage");
        CHECK(error({{"network.stem_widths", "8,8,8,8,16"}, {"network.stem_pools", "0,1,1,1,1"}}) ==
              "network.stem_pools halves a 8x8 image 4 times: nothing is left");
    }
    CHECK(error_of({{"network.model", "spikingformer"}, {"network.stem_pools", "1,0"}}) ==
          "network.stem_pools: the first stage of a spikingformer has no neuron to pool; give 0 there");
}

TEST_CASE("words that name no model are errors with the nearest one, and keys that nobody reads too") {
    CHECK(contains(error_of({{"network.model", "spikfomer"}}), "spikformer"));
    CHECK(contains(error_of({{"attention.model", "bsaa"}}), "attention.model"));
    CHECK(contains(error_of({{"neuron.model", "ternary"}}), "ternary_lif"));
    CHECK(contains(error_of({{"network.head", "2"}}), "network.heads"));
    CHECK(contains(error_of({{"attention.model", "sdsa"}, {"attention.scale", "1"}}), "attention.scale"));
}

TEST_CASE("images of another size than the network's are refused") {
    const auto model = tiny_model({});
    const int64_t samples[] = {0};
    const Tensor images({1, 8, 9, 2});
    CHECK(contains(message_of([&] { simulate_batch(*model, images, samples, {}, {}); }), "[1, 8, 9, 2]"));
}
