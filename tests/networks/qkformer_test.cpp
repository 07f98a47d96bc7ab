// QKFormer: the sizes of its published models, its [network] section, and the neuron that mixes a batch.
#include <doctest/doctest.h>

#include "models/registry.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr ImageSpec kCifar10{.height = 32, .width = 32, .channels = 3, .classes = 10};
constexpr ImageSpec kCifar100{.height = 32, .width = 32, .channels = 3, .classes = 100};
constexpr ImageSpec kImageNet{.height = 224, .width = 224, .channels = 3, .classes = 1000};
constexpr ImageSpec kCifar10Dvs{.height = 128, .width = 128, .channels = 2, .classes = 10};

const Keys kEarlyPools = {{"network.depths", "1,2,7"},
                          {"network.heads", "6"},
                          {"network.stem_widths", "48,96,96"},
                          {"network.stem_pools", "1,1,0"},
                          {"network.embed_pools", "1,0"}};
const Keys kEvents = {{"network.dim", "256"},
                      {"network.depths", "1,1"},
                      {"network.heads", "16"},
                      {"network.mlp_ratio", "1"},
                      {"network.stem_widths", "16,32,64,128"},
                      {"network.stem_pools", "0,1,1,1"},
                      {"network.stem_shortcut", "2"}};

int64_t trained_values(const Keys& keys, const ImageSpec& image) {
    Settings settings;
    for (const auto& [key, value] : keys) settings.set(key, value, "the test");
    settings.set("network.model", "qkformer", "the test");
    settings.set("attention.model", "ssa", "the test");
    return static_cast<int64_t>(Model(settings, registry(), image, 42).parameters().trained_values());
}

Keys tiny_keys(Keys more) {
    more.insert({{"network.model", "qkformer"}, {"attention.model", "ssa"}, {"attention.threshold", "0.125"}});
    return more;
}

std::string error_of(const Keys& keys) {
    return message_of([&] { tiny_model(tiny_keys(keys)); });
}

const Keys kMixing = {{"network.compat_batch_lif", "true"}};

}  // namespace

TEST_CASE("the published models have as many trained values as the authors' logs say") {
    CHECK(trained_values({}, kCifar10) == 6706234);
    CHECK(trained_values({}, kCifar100) == 6740884);
    CHECK(trained_values(kEvents, kCifar10Dvs) == 1504138);
    const int64_t image_net = trained_values(kEarlyPools, kImageNet);  // 16.47 M
    CHECK(image_net > 16465000);
    CHECK(image_net < 16475000);
}

TEST_CASE("the neuron that mixes a batch lets images see those before them, and chunks of time change nothing") {
    const ImageSource source = tiny_source(6);
    const std::string name = "stage.1.block.0.attn.proj_lif";
    const auto model = tiny_model(tiny_keys(kMixing)), apart = tiny_model(tiny_keys({}));
    const RunBits whole = run_bits(*model, source, {.batch = 3}, 1), alone = run_bits(*model, source, {.batch = 1}, 1);
    const RunBits usual = run_bits(*apart, source, {.batch = 3}, 1);
    CHECK(whole.at(name + " potential") != alone.at(name + " potential"));
    CHECK(whole.at(name) != usual.at(name));
    CHECK(whole.at("stage.0.block.0.attn.proj_lif") == usual.at("stage.0.block.0.attn.proj_lif"));
    CHECK(alone == run_bits(*apart, source, {.batch = 1}, 1));  // a batch of one is only itself
    CHECK(usual == run_bits(*apart, source, {.batch = 1}, 1));
    for (int chunk : {1, 3}) CHECK(whole == run_bits(*model, source, {.batch = 3, .chunk = chunk}, 2));
}

TEST_CASE("a network that mixes its batch says so") {
    CHECK(!tiny_model(tiny_keys({}))->images_mix());
    CHECK(!tiny_model({})->images_mix());
    const std::string why = tiny_model(tiny_keys(kMixing))->why_images_mix();
    CHECK(why.starts_with("network.compat_batch_lif = true: "));
    CHECK(!contains(why, "\n"));
}

TEST_CASE("sizes of a QKFormer that do not fit are clear errors") {
    CHECK(error_of({}) == "");
    CHECK(error_of({{"network.dim", "-4"}}) == "network.dim = -4: it must be positive");
    CHECK(error_of({{"network.heads", "0"}}) == "network.heads = 0: it must be positive");
    CHECK(error_of({{"network.mlp_ratio", "0"}}) == "network.mlp_ratio = 0: it must be positive");
    CHECK(error_of({{"network.mlp_ratio", "1e8"}}) ==
          "network.mlp_ratio = 100000000 makes a hidden width of 800000000: give one from 1 to 16777216");
    CHECK(error_of({{"network.depths", "1,0"}}) == "network.depths = 0: it must be positive");
    CHECK(error_of({{"network.depths", "1,1,1,1,1,1"}}) ==
          "network.dim = 16 cannot be halved for each of the 6 stages of network.depths");
    CHECK(error_of({{"network.heads", "3"}}) ==
          "network.heads = 3 do not divide the first stage's width 8 (network.dim = 16)");
    CHECK(error_of({{"network.stem_widths", "4,4,8"}}) ==
          "network.stem_pools has 2 entries, network.stem_widths has 3: give one each");
    CHECK(error_of({{"network.stem_widths", "8,16"}}) ==
          "network.stem_widths ends with 16, but the first stage is 8 wide (network.dim = 16)");
    CHECK(error_of({{"network.stem_pools", "0,2"}}) ==
          "network.stem_pools has the entry 2: give 0 or 1 for each convolution");
    CHECK(error_of({{"network.embed_pools", "0,2"}}) ==
          "network.embed_pools has the entry 2: give 0 or 1 for each convolution");
    CHECK(error_of({{"network.stem_shortcut", "2"}}) ==
          "network.stem_shortcut = 2: of 2 convolutions of the stem, give 1 to 1");
    CHECK(error_of({{"network.embed_pools", "1,1,1,1"}}) ==
          "network.stem_pools and network.embed_pools halve a 8x8 image 4 times: nothing is left");
    CHECK(contains(error_of({{"network.depth", "2"}}), "network.depths"));
}
