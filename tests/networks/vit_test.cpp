// The vision Transformer: what it counts, that it runs once, what it refuses, and that it learns.
#include <doctest/doctest.h>

#include "models/registry.h"
#include "tests/attention/made_attention.h"
#include "tests/networks/training.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int64_t kSamples[] = {0, 1};

std::string error_of(Keys keys) {
    keys["network.model"] = "vit";
    return message_of([&] { tiny_model(keys); });
}

}  // namespace

TEST_CASE("every operation of a vit is a multiply-accumulate, counted once for an image that stands still") {
    const auto model = tiny_model({{"network.model", "vit"}});
    Memory memory;
    Probe* const probes[] = {&memory};
    const Tensor answers = simulate_batch(*model, tiny_images(kSamples), kSamples, {}, probes);
    CHECK(answers.shape() == Shape{4, 2, 3});
    const std::pair<const char*, uint64_t> macs[] = {// 2 images, 16 patches of 2x2 pixels and 2 channels, a class token
                                                     {"patches", 2 * 16 * 8 * 16},
                                                     {"block.0.attn.q", 2 * 17 * 16 * 16},
                                                     {"block.0.attn.k", 2 * 17 * 16 * 16},
                                                     {"block.0.attn.v", 2 * 17 * 16 * 16},
                                                     {"block.0.attn.score", 2 * 17 * 17 * 16},
                                                     {"block.0.attn.mix", 2 * 17 * 17 * 16},
                                                     {"block.0.attn.proj", 2 * 17 * 16 * 16},
                                                     {"block.0.mlp.fc1", 2 * 17 * 16 * 32},
                                                     {"block.0.mlp.fc2", 2 * 17 * 16 * 32},
                                                     {"head", 2 * 16 * 3}};
    for (const auto& each : macs) {
        const auto& [name, count] = each;
        INFO(name);
        CHECK(memory[name].count == OpCount{.mac = count, .dense = count});
    }
    const std::pair<const char*, int64_t> values[] = {{"block.0.norm1", 2 * 17 * 16},
                                                      {"block.0.attn.weight", 2 * 2 * 17 * 17},
                                                      {"block.0.norm2", 2 * 17 * 16},
                                                      {"block.0.mlp.act", 2 * 17 * 32},
                                                      {"norm", 2 * 16}};  // of the class token alone
    for (const auto& each : values) CHECK(memory[each.first].count == nonlinear_count(each.second));
    CHECK(memory["head"].output.shape() == Shape{1, 2, 3});
}

TEST_CASE("the answers of a vit are the same at every step, however time is cut") {
    const auto model = tiny_model({{"network.model", "vit"}, {"readout.model", "last"}});
    const Tensor once = simulate_batch(*tiny_model({{"network.model", "vit"}, {"network.timesteps", "1"}}),
                                       tiny_images(kSamples), kSamples, {}, {});
    for (const int chunk : {0, 1, 3}) {
        const Tensor answers = simulate_batch(*model, tiny_images(kSamples), kSamples, {.chunk = chunk}, {});
        for (int64_t t = 0; t < 4; ++t) CHECK(std::equal(once.data(), once.data() + 6, answers.data() + t * 6));
    }
}

TEST_CASE("a vit on spikes of its input runs at every step, and accumulates in its first layer") {
    const auto model = tiny_model({{"network.model", "vit"}, {"encoder.model", "rate"}});
    Memory memory;
    Probe* const probes[] = {&memory};
    simulate_batch(*model, tiny_images(kSamples), kSamples, {}, probes);
    CHECK(memory["patches"].count.ac > 0);
    CHECK(memory["patches"].count.mac == 0);
    CHECK(memory["block.0.attn.q"].count.mac == 4 * 2 * 17 * 16 * 16);
}

TEST_CASE("what does not fit in a vit is a clear error") {
    CHECK(error_of({}) == "");
    CHECK(error_of({{"network.patch", "3"}}) ==
          "network.patch = 3: patches of that side do not fill an image of 8x8 pixels");
    CHECK(contains(error_of({{"network.patch", "0"}}), "network.patch = 0"));
    for (const char* overlap : {"-1", "3"})
        CHECK(error_of({{"network.patch", "2"}, {"network.patch_overlap", overlap}}) ==
              std::string("network.patch_overlap = ") + overlap +
                  ": patches see from 0 to network.patch = 2 pixels beyond themselves");
    CHECK(error_of({{"network.class_token", "false"}}) ==
          "network.pool = token: there is none with network.class_token = false; choose mean");
    CHECK(error_of({{"network.image_size", "224"}}) ==
          "network.image_size = 224: the positions are for images of 224x224 pixels, these have 8x8");
    CHECK(contains(error_of({{"network.norm", "layr"}}), "network.norm = `layr` (did you mean `layer`?)"));
    CHECK(contains(error_of({{"network.activation", "glu"}}), "did you mean `gelu`"));
    CHECK(contains(error_of({{"network.pool", "max"}}), "choices: token, mean"));
    CHECK(contains(error_of({{"network.stem_widths", "16"}}), "network.stem_widths"));
    CHECK(contains(error_of({{"neuron.model", "lif"}}), "neuron.model"));
    CHECK(contains(error_of({{"attention.model", "sofmax"}}), "did you mean `softmax`"));
}

TEST_CASE("blocks take several attentions in turn, as many as divide the depth") {
    const auto counted = [](const std::string& names) {
        return error_of({{"attention.model", names}, {"network.depth", "4"}});
    };
    CHECK(counted("softmax") == "");
    CHECK(counted("softmax, softmax") == "");
    CHECK(counted("softmax,softmax,softmax") ==
          "attention.model = softmax,softmax,softmax: 3 names for network.depth = 4 blocks; give one, or a number that "
          "divides the depth");
    CHECK(contains(counted(" , "), "0 names"));
    CHECK(contains(counted("softmax,sofmax"), "did you mean `softmax`"));
}

TEST_CASE("attentions of spikes and of real values do not stand in for each other") {
    for (const auto& attention : registry().attention)
        CHECK(contains(error_of({{"attention.model", attention.name}}),
                       "attention.model = " + attention.name +
                           " is for spikes, the tokens here are real values; choices: softmax"));
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name) || !chooses_attention(network.name)) continue;
        INFO(network.name);
        const std::string said = message_of([&] {
            tiny_model({{"network.model", network.name}, {"attention.model", "softmax"}});
        });
        CHECK(
            contains(said, "attention.model = softmax is for real values, the tokens here are spikes; choices: ssa, "));
    }
}

TEST_CASE("a vit of each form learns the tiny images") {
    for (Keys keys : vit_forms()) {
        INFO(words(keys));
        const auto model = tiny_model((keys["network.timesteps"] = "1", keys));
        Trainer trainer(*model, tiny_training_source(), {.epochs = 12, .batch = 8, .micro_batch = 8}, {},
                        {.learning_rate = 1e-2f});
        std::vector<double> losses;
        for (int epoch = 0; epoch < 12; ++epoch) {
            while (!trainer.epoch_done()) trainer.step();
            losses.push_back(trainer.place().loss / static_cast<double>(trainer.place().images));
            trainer.end_epoch();
        }
        CHECK(losses.back() < 0.5 * losses.front());
    }
}
