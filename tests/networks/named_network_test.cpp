// Networks by the names of the literature.
#include "models/named_network.h"

#include <doctest/doctest.h>

#include "models/registry.h"
#include "sim/net/model.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

int64_t trained_values(const std::string& name, const ImageSpec& image) {
    Settings settings;
    set_named_network(settings, name, static_cast<int>(image.height));
    const Model model(settings, registry(), image, 1, InitialWeights::zero);
    settings.require_all_read();
    return model.parameters().trained_values();
}

std::string error_of(const std::string& name) {
    Settings settings;
    return message_of([&] { set_named_network(settings, name, 32); });
}

}  // namespace

TEST_CASE("named networks have the sizes that were published") {
    const ImageSpec cifar10{32, 32, 3, 10}, image_net{224, 224, 3, 1000};
    CHECK(trained_values("spikingformer-4-384", cifar10) == 9'320'122);
    CHECK(trained_values("qkformer-4-384", cifar10) == 6'706'234);          // the authors' log
    CHECK(trained_values("spikformer-8-512", image_net) / 10'000 == 2968);  // 29.68 M, Zhou et al., ICLR 2023, table 1
    CHECK(trained_values("spikingformer-8-512", image_net) / 10'000 == 2968);
    CHECK(trained_values("sdt-8-512", image_net) / 10'000 == 2968);        // 29.68 M, Yao et al., NeurIPS 2023, table 2
    CHECK(trained_values("qkformer-10-384", image_net) / 10'000 == 1647);  // 16.47 M, Zhou et al., NeurIPS 2024
    CHECK(trained_values("vit-12-192", image_net) == 5'717'416);           // timm: vit_tiny_patch16_224
}

TEST_CASE("every family of the registry has names, at both sizes of image") {
    for (const auto& network : registry().networks) {
        if (is_converted(network.name)) continue;  // of the size of what it was made of
        for (const int64_t side : {32, 224}) {
            CAPTURE(network.name);
            CHECK(trained_values(network.name + "-6-384", {side, side, 3, 10}) > 1'000'000);
        }
    }
}

TEST_CASE("a name that is none is an error which says what would be one") {
    for (const char* name : {"spikingformer", "spikingformer-4", "-4-384", ""})
        CHECK(error_of(name).find("name it FAMILY-DEPTH-WIDTH, as spikingformer-4-384") != std::string::npos);
    CHECK(error_of("spikinformer-4-384").find("did you mean `spikingformer`?") != std::string::npos);
    CHECK(error_of("spikingformer-0-384").find("depth and width begin at 1") != std::string::npos);
    CHECK(error_of("spikingformer-four-384").find("`four`") != std::string::npos);
    CHECK(error_of("qkformer-3-384").find("a depth of 4 or more") != std::string::npos);
    CHECK(error_of("qkformer-4-100").find("64 must divide it") != std::string::npos);
    CHECK(error_of("spikingresformer-6-400").find("choices: 6-384 (Ti), 6-512 (S)") != std::string::npos);
}
