// A model against recordings: its own, and its own with one thing changed.
#include "sim/run/recording_check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/core/error.h"
#include "sim/run/record.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int64_t kSamples[] = {0, 1, 2};
constexpr double kTolerance = 1e-4;
const std::string kLayer = "block.0.attn.q_lif";  // [4, 3, 16, 16]

struct Recorded {
    std::unique_ptr<Model> model;
    Tensor images;  // [3, 8, 8, 2]
    Recording recording;

    RecordingCheck compared(Feeding feeding = Feeding::recorded) const {
        return check_recording(*model, images, recording, feeding, kTolerance, {});
    }
    int8_t& spike(int64_t step, int64_t image, int64_t token, int64_t channel) {
        RecordedSpikes& layer = recording.layers.at(kLayer);
        return layer.values[static_cast<size_t>(((step * 3 + image) * 16 + token) * 16 + channel)];
    }
};

Recorded recorded(const Keys& keys) {
    std::unique_ptr<Model> model = tiny_model(keys);
    Tensor images = tiny_images(kSamples);
    Recording recording = record(*model, images, {});
    return {std::move(model), std::move(images), std::move(recording)};
}

Recorded recorded_ssa() {
    const Keys keys = {{"attention.model", "ssa"}};
    return recorded(keys);
}

const LayerComparison& layer_of(const RecordingCheck& comparison, const std::string& name) {
    const auto found = std::ranges::find(comparison.layers, name, &LayerComparison::layer);
    REQUIRE(found != comparison.layers.end());
    return *found;
}

std::string refusal(const Recorded& r) {
    return message_of([&] { r.compared(); });
}

}  // namespace

TEST_CASE("check: a model agrees with its own recording, however it is fed and cut in time") {
    const Recorded r = recorded_ssa();
    for (const Feeding feeding : {Feeding::own, Feeding::recorded}) {
        for (const int chunk : {1, 4}) {
            const RecordingCheck c =
                check_recording(*r.model, r.images, r.recording, feeding, kTolerance, {.chunk = chunk});
            CHECK(c.differing() == 0);
            CHECK(c.layers.size() == r.recording.layers.size());
            CHECK(c.spikes() > 20000);
            CHECK_FALSE(layer_of(c, kLayer).first.has_value());
        }
    }
}

TEST_CASE("check: a different spike is named with its place and its distance from the threshold") {
    Recorded r = recorded_ssa();
    r.spike(2, 1, 5, 7) = static_cast<int8_t>(1 - r.spike(2, 1, 5, 7));
    const RecordingCheck c = r.compared();
    const LayerComparison& layer = layer_of(c, kLayer);
    CHECK(layer.differing == 1);
    CHECK(layer_of(c, "block.0.attn.input_lif").differing == 0);  // what comes before it knows nothing of it
    REQUIRE(layer.first.has_value());
    const DifferentSpike& first = *layer.first;
    CHECK(first.step == 2);
    CHECK(first.image == 1);
    CHECK(first.token == 5);
    CHECK(first.channel == 7);
    CHECK(first.expected == r.spike(2, 1, 5, 7));
    CHECK(first.actual == 1 - first.expected);
    CHECK(first.distance == doctest::Approx(std::abs(first.potential - 0.5)));
    CHECK((first.actual == 1) == (first.potential >= 0.5));
}

TEST_CASE("check: distances are those of the kind of neuron") {
    const Keys ternary = {{"attention.model", "bsa"}, {"attention.query_key", "ternary"}};
    Recorded bipolar = recorded(ternary);
    bipolar.spike(0, 0, 0, 0) = 5;  // what no neuron gives
    const DifferentSpike two_sided = *layer_of(bipolar.compared(), kLayer).first;
    CHECK(two_sided.distance == doctest::Approx(std::abs(std::abs(two_sided.potential) - 0.5)));
    const Keys ilif = {{"attention.model", "ssa"}, {"neuron.model", "ilif"}};
    Recorded integer = recorded(ilif);
    integer.spike(0, 0, 0, 0) = 100;
    const DifferentSpike rounded = *layer_of(integer.compared(), kLayer).first;
    const double levels = rounded.potential / 0.5;  // edges lie at halves
    CHECK(rounded.distance == doctest::Approx(0.5 * std::abs(levels - std::floor(levels) - 0.5)));
}

TEST_CASE("check: a neuron that differs at several steps is measured once, by the first") {
    Recorded r = recorded_ssa();
    for (const int64_t step : {1, 3}) r.spike(step, 0, 0, 0) = static_cast<int8_t>(1 - r.spike(step, 0, 0, 0));
    const LayerComparison layer = layer_of(r.compared(), kLayer);
    CHECK(layer.differing == 2);
    CHECK(layer.ties + layer.near + layer.far == 1);
    CHECK(layer.first->step == 1);
}

TEST_CASE("check: answers are compared by their largest difference and their best class") {
    Recorded r = recorded_ssa();
    const Tensor scores({3, 3}, {0, 0, 9, 0, 9, 0, 9, 0, 0});
    r.recording.logits = scores;
    const RecordingCheck mean = r.compared();
    CHECK(mean.images == 3);
    CHECK(mean.logits > 1);
    r.recording.logits = {};
    r.recording.logits_by_step = Tensor({4, 3, 3});
    for (int64_t t = 0; t < 4; ++t)
        for (int64_t i = 0; i < 9; ++i)
            r.recording.logits_by_step[t * 9 + i] = scores[i] * static_cast<float>(t) / 1.5f;
    const RecordingCheck steps = r.compared();  // their mean over the steps is the same
    CHECK(steps.logits == doctest::Approx(mean.logits));
    CHECK(steps.same_top1 == mean.same_top1);
}

TEST_CASE("check: recordings of something else are refused") {
    Recorded r = recorded_ssa();
    const RecordedSpikes kept = r.recording.layers.at(kLayer);
    r.recording.layers.at(kLayer).shape = {2, 3, 16, 16};
    CHECK(refusal(r).find("recorded over 2 steps, but network.timesteps = 4") != std::string::npos);
    r.recording.layers.at(kLayer).shape = {4, 1, 16, 48};
    CHECK(refusal(r).find("recorded of 1 images, but there are 3") != std::string::npos);
    r.recording.layers.at(kLayer).shape = {4, 3, 8, 32};
    CHECK(refusal(r).find("[4, 3, 16, 16]") != std::string::npos);
    r.recording.layers.erase(kLayer);
    r.recording.layers["nowhere"] = kept;
    CHECK(refusal(r).find("is no layer of this network") != std::string::npos);
}
