// When the frame of a step was recorded: functions of learned waves, added to its tokens.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/layers/event_time.h"
#include "models/registry.h"
#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr ImageSpec kRecordings{.height = 4, .width = 4, .channels = 2, .classes = 3, .frames = 3};

/// A vit of recordings of 3 frames, with the initial weights.
struct MadeVit {
    Settings settings;
    std::unique_ptr<Model> model;

    explicit MadeVit(const std::string& event_time, const std::string& dim = "8", ImageSpec image = kRecordings) {
        const std::pair<const char*, std::string> keys[] = {
            {"network.model", "vit"},        {"network.dim", dim},
            {"network.depth", "1"},          {"network.heads", "2"},
            {"network.patch", "2"},          {"network.timesteps", "3"},
            {"network.position", "learned"}, {"network.event_time", event_time}};
        for (const auto& [key, value] : keys) settings.set(key, value, "the test");
        if (image.frames > 0) settings.set("encoder.model", "frames", "the test");
        model = std::make_unique<Model>(settings, registry(), image, 42);
        settings.require_all_read();
        model->prepare(Purpose::simulate);
    }
    /// Answers [3, B, classes] after each step.
    Tensor answers(const Tensor& recordings, int chunk = 0) const {
        const int64_t samples[] = {0, 1};
        return simulate_batch(*model, recordings, samples, {.chunk = chunk}, {});
    }
};

/// Two recordings of 3 frames, events here and there.
Tensor recordings() {
    Tensor out({2, 3, 4, 4, 2});
    Rng rng(1, "events");
    for (float& v : out.values()) v = static_cast<float>(rng.below(2));
    return out;
}

/// The same frames, the first and the last of each exchanged.
Tensor other_way(Tensor x) {
    for (int64_t b = 0; b < 2; ++b) std::swap_ranges(x.data() + b * 96, x.data() + b * 96 + 32, x.data() + b * 96 + 64);
    return x;
}

/// phi [steps, 8] of a time as `word` begins.
Tensor functions(const std::string& word, int64_t steps) {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, kRecordings, 42, 0};
    const auto time = make_event_time(Scope(build, ""), word, 8);
    Pass pass = whole_run(steps);
    return time->forward(pass, Tensor({steps, 1, 1, 8})).dense().reshaped({steps, 8});
}

double product(const Tensor& phi, int64_t a, int64_t b) {
    double sum = 0.0;
    for (int64_t c = 0; c < phi.channels(); ++c) sum += phi.row(a)[c] * phi.row(b)[c];
    return sum;
}

}  // namespace

TEST_CASE("products of Bochner's functions of two times depend on the time between them alone, and are 1 at none") {
    const Tensor phi = functions("bochner", 6);
    for (int64_t s = 0; s < 6; ++s)
        for (int64_t t = 0; t < 6; ++t)
            CHECK(product(phi, s, t) == doctest::Approx(product(phi, 0, std::abs(s - t))).epsilon(1e-4));
    CHECK(product(phi, 3, 3) == doctest::Approx(1.0));
    CHECK(product(phi, 0, 1) < 0.9);
}

TEST_CASE("all tokens of a step, and no others, get the functions of its time") {
    const Tensor phi = functions("mercer", 4);
    CHECK(largest_difference(Tensor({8}, {phi.row(0), 8}), Tensor({8}, {phi.row(1), 8})) > 0.01);
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, kRecordings, 42, 0};
    const auto time = make_event_time(Scope(build, ""), "mercer", 8);
    Pass pass = whole_run(4);
    pass.first_step = 2, pass.steps = 2;
    const Tensor x = random_tensor({2, 2, 3, 8}, 1), y = time->forward(pass, x).dense();
    for (int64_t r = 0; r < y.rows(); ++r)
        for (int64_t c = 0; c < 8; ++c) CHECK(y.row(r)[c] == x.row(r)[c] + phi.row(2 + r / 6)[c]);
}

TEST_CASE("a vit with event times tells two orders of the same frames apart, and one without does not") {
    const Tensor x = recordings(), y = other_way(x);
    REQUIRE(!same_bits(x, y));
    const auto last = [](const Tensor& answers) { return Tensor({6}, {answers.data() + 12, 6}); };
    const auto apart = [&](const char* word) {
        const MadeVit vit(word);
        return largest_difference(last(vit.answers(x)), last(vit.answers(y)));
    };
    CHECK(apart("none") < 1e-6);
    CHECK(apart("bochner") > 1e-3);
    CHECK(apart("mercer") > 1e-3);
}

TEST_CASE("chunks of time change no bit of a vit with event times") {
    for (const char* word : {"bochner", "mercer"}) {
        const MadeVit vit(word);
        const Tensor whole = vit.answers(recordings());
        for (const int chunk : {1, 2}) CHECK(same_bits(vit.answers(recordings(), chunk), whole));
    }
}

TEST_CASE("the waves of event times have the gradients of finite differences") {
    const Tensor x = recordings(), weight = random_tensor({3, 2, 3}, 2);
    for (const char* word : {"bochner", "mercer"}) {
        const MadeVit vit(word);
        vit.model->prepare(Purpose::train);
        const auto scores = [&](Tape* tape) {
            const int64_t samples[] = {0, 1};
            Pass pass = whole_run(3);
            pass.samples = samples, pass.tape = tape;
            return vit.model->scores(pass, x);
        };
        Tape tape(vit.model->parameters());
        const Value y = scores(&tape);
        tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), weight); }));
        for (Parameter& p : vit.model->parameters()) {
            if (!p.name.starts_with("event_time.")) continue;
            INFO(std::string(word), " ", p.name);
            const Tensor at = p.value;
            const auto loss = [&](const Tensor& changed) {
                p.value = changed;
                return dot(scores(nullptr).dense(), weight);
            };
            const Tensor measured = numeric_gradient(loss, at, 1e-3f);
            p.value = at;
            CHECK(largest_difference(measured, Tensor(at.shape())) > 0.01);
            CHECK(largest_difference(tape.sums()[p], measured) < 5e-3);
        }
    }
}

TEST_CASE("event times that cannot be are refused with key, value and rule") {
    const auto refused = [](const char* word, const char* dim, const ImageSpec& image) {
        return message_of([&] { MadeVit(word, dim, image); });
    };
    ImageSpec still = kRecordings;
    still.frames = 0;
    CHECK(refused("none", "8", still) == "");
    CHECK(
        refused("bochner", "8", still) ==
        "network.event_time = bochner: still images have no time; choose none, or recordings of events (encoder.model "
        "= frames)");
    CHECK(refused("bochner", "8", kRecordings) == "");
    CHECK(contains(refused("fourier", "8", kRecordings), "choices: none, bochner, mercer"));
}
