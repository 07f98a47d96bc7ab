// SpikingResformer: published sizes, sizes that do not fit, and the stem of ImageNet.
#include <doctest/doctest.h>

#include "tests/attention/made_attention.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

/// Values of all synapses, without normalisations: what the publication counts.
int64_t synaptic_weights(const char* planes, const char* heads) {
    Settings settings;
    const Keys keys = {{"network.model", "spikingresformer"},
                       {"network.planes", planes},
                       {"network.heads", heads},
                       {"network.stem", "7x7"}};
    for (const auto& [key, value] : keys) settings.set(key, value, "the test");
    const Model model(settings, registry(), {224, 224, 3, 1000}, 42);
    settings.require_all_read();
    int64_t n = 0;
    for (const Parameter& p : model.parameters())
        if (p.role == Role::weight) n += p.value.size();
    return n;
}

std::string error_of(Keys keys) {
    keys["network.model"] = "spikingresformer";
    return message_of([&] { tiny_model(keys); });
}

}  // namespace

TEST_CASE("the networks for ImageNet have the published numbers of weights, 11.14 and 35.52 million") {
    CHECK(synaptic_weights("64,192,384", "1,3,6") == 11141312);
    CHECK(synaptic_weights("64,384,768", "1,6,12") == 35523776);
}

TEST_CASE("sizes of a spikingresformer that do not fit are clear errors") {
    CHECK(error_of({}) == "");
    CHECK(error_of({{"network.planes", ""}}) != "");
    CHECK(error_of({{"network.planes", "8,0"}}) == "network.planes = 0: it must be positive");
    CHECK(error_of({{"network.depths", "1"}}) == "network.depths has 1 entries, network.planes has 2: give one each");
    CHECK(error_of({{"network.heads", "1,3"}}) == "network.heads: 3 do not divide network.planes = 16 of stage 1");
    CHECK(error_of({{"network.heads", "1,0"}}) == "network.heads = 0: it must be positive");
    CHECK(error_of({{"network.group_size", "32"}}) ==
          "network.group_size = 32 does not divide the hidden width 16 of stage 0");
    CHECK(error_of({{"network.mlp_ratio", "-1"}}) == "network.mlp_ratio = -1: it must be positive");
    CHECK(error_of({{"network.patches", "3,1"}}) ==
          "network.patches: the image is 8x8 in stage 0, and 3 does not divide that");
    CHECK(error_of({{"network.patches", "2,2"}, {"network.stem", "7x7"}}) ==
          "network.patches: the image is 1x1 in stage 1, and 2 does not divide that");
    CHECK(contains(error_of({{"network.stem", "5x5"}}), "network.stem"));
    CHECK(contains(error_of({{"network.dim", "16"}}), "network.dim"));
    CHECK(contains(error_of({{"attention.model", "ssa"}}), "attention.model"));
}

TEST_CASE("the stem of ImageNet quarters the image, and potentials go through its pooling") {
    const auto model = tiny_model({{"network.model", "spikingresformer"}, {"network.stem", "7x7"}});
    Memory seen;
    Probe* const probes[] = {&seen};
    const int64_t samples[] = {0, 1};
    simulate_batch(*model, tiny_images(samples), samples, {.chunk = 2}, probes);
    CHECK(seen["stem.0"].output.shape() == Shape{1, 2, 4, 4, 8});
    CHECK(seen["stem.0"].count.mac == 2ull * 8 * 2 * 22 * 22);  // of 4 windows of 7 along 8 pixels, 22 taps are inside
    CHECK(seen["stem.0_pool"].output.shape() == Shape{1, 2, 2, 2, 8});
    CHECK(seen["stage.0.0.attn.kv"].output.shape() == Shape{2, 2, 1, 1, 16});
    CHECK(seen["stage.1.1.attn.attn_lif"].output.shape() == Shape{2, 2, 2, 1, 1});
}
