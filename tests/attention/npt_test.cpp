// Attention between datapoints.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/energy/layer_facts.h"
#include "tests/attention/made_mixer.h"
#include "tests/networks/training.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr MixerSite kSite{.dim = 6, .heads = 2, .rows = 1, .columns = 4};

Keys npt_keys(Keys more = {}) {
    more.insert({{"network.model", "vit"}, {"attention.model", "npt"}});
    return more;
}

/// The error for 9 images, before which none was done.
std::string refused(const SimulateOptions& options) {
    const auto model = tiny_model(npt_keys());
    int64_t seen = 0;
    const std::string error =
        message_of([&] { simulate(*model, tiny_source(9), options, {}, [&](int64_t n) { seen = n; }); });
    if (!error.empty()) CHECK(seen == 0);
    return error;
}

/// Images [1, B, ...] in another order.
Tensor reordered(const Tensor& x, const std::vector<int64_t>& order) {
    Tensor out = Tensor::uninitialised(x.shape());
    const int64_t each = x.size() / x.shape()[1];
    for (size_t b = 0; b < order.size(); ++b)
        std::copy_n(x.data() + order[b] * each, each, out.data() + static_cast<int64_t>(b) * each);
    return out;
}

}  // namespace

TEST_CASE(
    "weights between datapoints are a softmax over sums of all tokens of an image, and each token is mixed alike") {
    MadeMixer made("npt", kSite);
    made.let_through("proj");
    Memory memory;
    const Tensor y = made.run(random_tensor({1, 5, 4, 6}, 1), &memory);
    const Tensor &q = *memory["attn.q"].output.tensor(), &k = *memory["attn.k"].output.tensor(),
                 &v = *memory["attn.v"].output.tensor();
    const Tensor& shown = *memory["attn.weight"].output.tensor();
    REQUIRE(shown.shape() == Shape{1, 5, 2, 1, 5});
    for (int64_t b = 0; b < 5; ++b)
        for (int64_t head = 0; head < 2; ++head) {
            double weights[5], sum = 0.0;
            for (int64_t c = 0; c < 5; ++c) {
                double score = 0.0;
                for (int64_t n = 0; n < 4; ++n)
                    for (int64_t i = head * 3; i < head * 3 + 3; ++i)
                        score += q.row(b * 4 + n)[i] * k.row(c * 4 + n)[i];
                sum += weights[c] = std::exp(score / std::sqrt(4 * 3));
            }
            for (int64_t c = 0; c < 5; ++c)
                CHECK(shown.row(b * 2 + head)[c] == doctest::Approx(weights[c] / sum).epsilon(1e-4));
            for (int64_t n = 0; n < 4; ++n)
                for (int64_t i = head * 3; i < head * 3 + 3; ++i) {
                    double mean = 0.0;
                    for (int64_t c = 0; c < 5; ++c) mean += weights[c] / sum * v.row(c * 4 + n)[i];
                    CHECK(std::abs(y.row(b * 4 + n)[i] - mean) < 1e-5);
                }
        }
}

TEST_CASE("of equal datapoints attention between them is their own value") {
    MadeMixer made("npt", kSite);
    made.let_through("v"), made.let_through("proj");
    const Tensor one = random_tensor({1, 1, 4, 6}, 2);
    Tensor x({1, 4, 4, 6});
    for (int64_t i = 0; i < x.size(); ++i) x[i] = one[i % one.size()];
    CHECK(largest_difference(made.run(x), x) < 1e-6);
}

TEST_CASE("attention between datapoints does not see their order") {
    const MadeMixer made("npt", kSite);
    const Tensor x = random_tensor({1, 5, 4, 6}, 3);
    const std::vector<int64_t> order = {3, 0, 4, 2, 1};
    CHECK(largest_difference(made.run(reordered(x, order)), reordered(made.run(x), order)) < 1e-6);
}

TEST_CASE("attention between datapoints counts each pair of images for each token and channel") {
    Memory memory;
    MadeMixer("npt", kSite).run(random_tensor({2, 5, 4, 6}, 4), &memory);
    const uint64_t pairs = 2 * 5 * 5 * 4 * 6, maps = 2 * 5 * 4 * 6 * 6;
    for (const char* name : {"attn.score", "attn.mix"})
        CHECK(memory[name].count == OpCount{.mac = pairs, .dense = pairs});
    for (const char* name : {"attn.q", "attn.k", "attn.v", "attn.proj"}) CHECK(memory[name].count.mac == maps);
    CHECK(memory["attn.weight"].count == nonlinear_count(memory["attn.weight"].output.shape().size()));
}

TEST_CASE("the energy of attention between datapoints is that of batches as they are run") {
    const auto model = tiny_model(npt_keys());
    for (const int64_t batch : {2, 4}) {
        const NetworkFacts facts = describe_in_batches(*model, Weighted::known, batch);
        for (const char* name : {"block.0.attn.score", "block.0.attn.mix"})  // 17 tokens of 16 channels
            CHECK(facts.layers[static_cast<size_t>(facts.find(name))].dense == batch * 17 * 16);
    }
}

TEST_CASE("an image alone in its batch has nobody to look at, and is refused before others are run") {
    const std::string alone =
        "a batch of 1 image: with attention.model = npt images look at one another, so every batch needs 2 or more, "
        "the last one too; choose simulate.batch and simulate.images accordingly";
    CHECK(refused({.batch = 3}) == "");
    CHECK(refused({.batch = 1}) == alone);
    CHECK(refused({.batch = 4}) == alone);  // of 9 images
    CHECK(refused({.batch = 4, .images = 8}) == "");
    const auto model = tiny_model(npt_keys());
    const auto trained = [&](int micro_batch) {
        return message_of(
            [&] { Trainer(*model, tiny_training_source(), {.batch = 4, .micro_batch = micro_batch}, {}, {}).step(); });
    };
    CHECK(trained(2) == "");
    CHECK(trained(1) ==
          "train.micro_batch = 1: with attention.model = npt images look at one another, so it must be 2 or more");
}

TEST_CASE("a network whose images see one another says so") {
    CHECK(
        tiny_model(npt_keys())->why_images_mix() ==
        "attention.model = npt: images look at one another, so the answer to one depends on those in its batch and on "
        "simulate.batch");
    CHECK(!tiny_model({{"network.model", "vit"}})->images_mix());
    CHECK(tiny_model(npt_keys({{"attention.model", "npt,softmax"}, {"network.depth", "2"}}))->images_mix());
}
