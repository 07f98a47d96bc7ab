// Dual spike self-attention.
#include "models/layers/dssa.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

struct MadeDssa {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    DssaLayer layer;

    explicit MadeDssa(const DssaShape& shape) : layer(Scope(build, "attn"), shape) {}
    Parameter& operator[](const std::string& name) { return *parameters.find("attn." + name); }
    Value run(const Tensor& x, Memory& seen, Tape* tape = nullptr) {
        layer.prepare(tape ? Purpose::train : Purpose::simulate);
        Probe* const probes[] = {&seen};
        Pass pass = whole_run(x.shape()[0]);
        pass.probes = probes, pass.tape = tape;
        return layer.forward(pass, x);
    }
};

Tensor potentials(const Shape& shape) {
    Tensor x = random_tensor(shape, 3);
    for (float& v : x.values()) v = 3 * v + 1;
    return x;
}

/// Tokens [t, B, N, C] of an image [t, B, H, W, C].
Tensor tokens(const Value& image) {
    const Shape s = image.shape();
    return image.dense().reshaped({s[0], s[1], s[2] * s[3], s[4]});
}

}  // namespace

TEST_CASE("dual spike self-attention by hand: one head, four pixels, one patch") {
    MadeDssa made({.channels = 1, .heads = 1, .patch = 2});
    made["kv.weight"].value = Tensor({2, 1, 2, 2}, {1, 1, 1, 1, 0.5f, 0.5f, 0.5f, 0.5f});
    made["proj.weight"].value.fill(3.0f);
    made["firing_rate_x"].value.fill(0.25f);
    made["firing_rate_attn"].value.fill(1.0f / 16);
    Memory seen;
    const Tensor y = made.run(Tensor({1, 1, 2, 2, 1}, {2, 2, 0, 0}), seen).dense();
    const auto is = [&](const char* name, const std::vector<float>& expected) {
        const Tensor values = seen[std::string("attn.") + name].output.dense();
        REQUIRE(values.size() == static_cast<int64_t>(expected.size()));
        for (int64_t i = 0; i < values.size(); ++i)
            CHECK(values[i] == doctest::Approx(expected[static_cast<size_t>(i)]).epsilon(1e-4));
    };
    is("input_lif", {1, 1, 0, 0});
    is("kv", {2, 1});
    is("score", {4, 4, 0, 0});  // 2 / sqrt(0.25 * 1)
    is("attn_lif", {1, 1, 0, 0});
    is("mix", {4, 4, 0, 0});  // 1 / sqrt(1/16 * 1)
    is("out_lif", {1, 1, 0, 0});
    CHECK(seen["attn.score"].count == OpCount{.ac = 2, .dense = 4});
    CHECK(seen["attn.mix"].count == OpCount{.ac = 2, .dense = 4});
    for (const int64_t i : {0, 1}) CHECK(y[i] == doctest::Approx(3).epsilon(1e-4));
    CHECK(y[2] == 0);
}

TEST_CASE("heads of dual spike self-attention stay apart: each is the plain product of its own channels") {
    constexpr int64_t kHeads = 2, kWidth = 3, kChannels = kHeads * kWidth, kPixels = 16, kPatches = 4;
    MadeDssa made({.channels = kChannels, .heads = kHeads, .patch = 2});
    made["firing_rate_x"].value = Tensor({1, 1, 2, 1, 1}, {0.2f, 0.4f});
    made["firing_rate_attn"].value = Tensor({1, 1, 2, 1, 1}, {0.3f, 0.1f});
    Memory seen;
    made.run(potentials({2, 3, 4, 4, kChannels}), seen);
    const Tensor x = tokens(seen["attn.input_lif"].output), y = tokens(seen["attn.kv"].output);
    const Tensor scores = seen["attn.score"].output.dense(), weights = seen["attn.attn_lif"].output.dense();
    const Tensor mixed = seen["attn.mix"].output.dense();
    REQUIRE(scores.shape() == Shape{2, 3, kHeads, kPixels, kPatches});
    for (int64_t group = 0; group < 6; ++group)
        for (int64_t head = 0; head < kHeads; ++head) {
            const float rate_x = made["firing_rate_x"].value[head], rate_attn = made["firing_rate_attn"].value[head];
            const auto kv = [&](int64_t patch, int64_t channel) {
                return y.row(group * kPatches + patch)[head * 2 * kWidth + channel];
            };
            for (int64_t i = 0; i < kPixels; ++i) {
                const int64_t row = (group * kHeads + head) * kPixels + i, pixel = group * kPixels + i;
                double out[kWidth] = {};
                for (int64_t j = 0; j < kPatches; ++j) {
                    double sum = 0;
                    for (int64_t c = 0; c < kWidth; ++c) sum += x.row(pixel)[head * kWidth + c] * kv(j, c);
                    CHECK(scores.row(row)[j] == doctest::Approx(sum / std::sqrt(rate_x * kWidth)).epsilon(1e-5));
                    for (int64_t c = 0; c < kWidth; ++c) out[c] += weights.row(row)[j] * kv(j, kWidth + c);
                }
                for (int64_t c = 0; c < kWidth; ++c)
                    CHECK(mixed.row(pixel)[head * kWidth + c] ==
                          doctest::Approx(out[c] / std::sqrt(rate_attn * kPatches)).epsilon(1e-5));
            }
        }
}

TEST_CASE("training leaves the measured firing rates of each head where the trainer finds them") {
    MadeDssa made({.channels = 6, .heads = 2, .patch = 2});
    const Tensor before = made["firing_rate_x"].value;
    CHECK(before[0] == 0.1f);
    Tensor x = potentials({2, 3, 4, 4, 6});
    for (int64_t i = 0; i < x.size(); ++i) x[i] -= i % 6 < 3 ? 0.0f : 1.0f;  // the second head fires less
    Tape tape(made.parameters);
    Memory seen;
    made.run(x, seen, &tape);
    CHECK(tape.sums()[made["firing_rate_x"]][0] > tape.sums()[made["firing_rate_x"]][1]);
    for (const auto& [rate, neuron] : {std::pair{"firing_rate_x", "input_lif"}, {"firing_rate_attn", "attn_lif"}}) {
        const Value& spikes = seen[std::string("attn.") + neuron].output;
        const Tensor& measured = tape.sums()[made[rate]];
        REQUIRE(measured.shape() == Shape{1, 1, 2, 1, 1});
        CHECK((measured[0] + measured[1]) / 2 == doctest::Approx(spikes.spikes()->density()));
        CHECK(measured[0] > 0.01f);
        CHECK(measured[1] > 0.01f);
    }
    CHECK(same_bits(made["firing_rate_x"].value, before));
    CHECK(made["firing_rate_x"].role == Role::buffer);
}

TEST_CASE("firing rates that scale nothing are refused by name") {
    for (const float rate : {0.0f, -0.5f, NAN, INFINITY}) {
        MadeDssa made({.channels = 4, .heads = 2, .patch = 1});
        made["firing_rate_attn"].value[1] = rate;
        CHECK(contains(message_of([&] { made.layer.prepare(Purpose::simulate); }), "`attn.firing_rate_attn` holds "));
    }
}
