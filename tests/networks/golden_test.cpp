// Whole networks against other programs: a plain numpy reference, and the public PyTorch code of both hosts.
#include "tests/networks/golden.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "tests/ops/each_target.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

const std::string kScripts = std::string(BISPIKE_SOURCE_DIR) + "/tests/golden";

/// The folder of outputs of the public code; empty where there is none.
std::string public_outputs() {
    const char* given = std::getenv("BISPIKE_SHARED");
    const std::string folder =
        (given ? std::string(given) : std::string(BISPIKE_SOURCE_DIR) + "/../shared") + "/golden";
    return std::filesystem::is_directory(folder) ? folder : "";
}

}  // namespace

TEST_CASE("every spike of the tiny networks is that of the plain reference, on every instruction set") {
    for (const char* name : {"spikformer", "spikingformer", "sdt", "spikingresformer", "qkformer", "cells"}) {
        const Golden golden(kScripts + "/" + name + ".h5");
        const auto cases = golden.cases();
        CHECK(cases.size() == (name == std::string("cells") ? 16 : name == std::string("qkformer") ? 3 : 1));
        for (const std::string& which : cases) {
            INFO(name, " ", which);
            on_each_fused_target([&] {
                const GoldenDifference difference = golden.compare(which);
                CHECK(difference.spikes > 8000);
                CHECK(difference.differing == 0);  // the reference keeps clear of every threshold
                CHECK(difference.answers < 1e-5);
                CHECK(difference.tensors < 1e-6);
            });
        }
    }
}

TEST_CASE("every layer of the tiny vision Transformers gives what the plain reference gives") {
    for (const char* name : {"vit_token", "vit_mean"}) {
        INFO(name);
        const GoldenDifference difference = Golden(kScripts + "/" + name + ".h5").compare("softmax");
        CHECK(difference.answers < 1e-5);
        CHECK(difference.tensors < 1e-5);
        CHECK(difference.tensors > 0.0);  // float32 against float64: layers were compared
    }
}

TEST_CASE("every spike is that of the public PyTorch code, where its outputs are at hand") {
    const std::string outputs = public_outputs();
    if (outputs.empty()) {
        MESSAGE("skipped: no folder golden in $BISPIKE_SHARED or ../shared");
        return;
    }
    const TemporaryFolder folder;
    const std::string python = std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    const std::string convert =
        fmt::format("{} -B '{}/convert_public.py' '{}' '{}'", python, kScripts, outputs, folder.file(""));
    REQUIRE(std::system(convert.c_str()) == 0);
    int64_t spikes = 0, differing = 0;
    for (const std::string name : {"spikformer", "spikingformer"}) {
        const Golden golden(folder.file(name) + ".h5");
        for (const std::string& which : golden.cases()) {
            INFO(name, " ", which);
            const GoldenDifference difference = golden.compare(which);
            spikes += difference.spikes, differing += difference.differing;
            CHECK(difference.tensors < 1e-6);
            // Where a mean of spikes meets the threshold, rounding decides. All else is equal.
            const bool is_mean_of_spikes = which.ends_with("spike_count-spiked_v");
            CHECK(difference.differing <= (is_mean_of_spikes ? 8 : 0));
            CHECK(difference.margin < 1e-6);
            CHECK(difference.answers < (difference.differing == 0 ? 1e-5 : 1e-2));
        }
    }
    CHECK(spikes == 10715136);
    MESSAGE(differing, " of ", spikes, " spikes differ");
}
