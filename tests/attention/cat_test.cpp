// Circular-convolutional attention.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/ops/mix.h"
#include "sim/ops/softmax.h"
#include "sim/ops/swap_axes.h"
#include "tests/attention/made_mixer.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr const char* kForms[] = {"cat", "cat_qkv"};
constexpr const char* kAblations[] = {"cat_q", "cat_v"};

MixerSite site_of(int64_t rows, int64_t columns) { return {.dim = 12, .heads = 2, .rows = rows, .columns = columns}; }

/// Scores z [t, B, heads, N] as the matrix whose row i is z, turned by i.
Tensor turned(const Tensor& z) {
    const int64_t n = z.channels();
    Tensor out({z.shape()[0], z.shape()[1], z.shape()[2], n, n});
    for (int64_t r = 0; r < z.rows(); ++r)
        for (int64_t i = 0; i < n; ++i)
            for (int64_t j = 0; j < n; ++j) out.row(r * n + i)[j] = z.row(r)[(j - i + n) % n];
    return out;
}

}  // namespace

TEST_CASE("circular-convolutional attention is the same by transforms and token by token") {
    for (const char* form : kForms)
        for (const auto& [rows, columns] : {std::pair{2, 3}, {1, 7}, {8, 8}, {16, 16}}) {
            CAPTURE(rows);
            const Tensor x = random_tensor({1, 2, rows * columns, 12}, 1);
            const Tensor gather = MadeMixer(form, site_of(rows, columns), {{"attention.path", "gather"}}).run(x),
                         fft = MadeMixer(form, site_of(rows, columns), {{"attention.path", "fft"}}).run(x);
            CHECK(largest_difference(gather, fft) < 1e-5);
            CHECK(same_bits(MadeMixer(form, site_of(rows, columns)).run(x), rows * columns < 64 ? gather : fft));
        }
}

TEST_CASE("the ablations of circular-convolutional attention are the same by transforms and token by token") {
    for (const char* form : kAblations)
        for (const auto& [rows, columns] : {std::pair{2, 3}, {1, 7}, {8, 8}}) {
            const Tensor x = random_tensor({1, 2, rows * columns, 12}, 1);
            const Tensor gather = MadeMixer(form, site_of(rows, columns), {{"attention.path", "gather"}}).run(x),
                         fft = MadeMixer(form, site_of(rows, columns), {{"attention.path", "fft"}}).run(x);
            CHECK(largest_difference(gather, fft) < 1e-5);
        }
}

TEST_CASE("circular-convolutional attention is softmax attention over turned scores, whose rows sum to 1") {
    for (const char* form : kForms) {
        CAPTURE(form);
        MadeMixer made(form, site_of(2, 3));
        made.let_through("proj");
        Memory memory;
        const Tensor y = made.run(random_tensor({1, 2, 6, 12}, 2), &memory);
        const Tensor& weights = *memory["attn.weight"].output.tensor();
        REQUIRE(weights.shape() == Shape{1, 2, 2, 6, 6});
        for (int64_t r = 0; r < weights.rows(); ++r) {
            double sum = 0.0;
            for (int64_t j = 0; j < 6; ++j) sum += weights.row(r)[j];
            CHECK(sum == doctest::Approx(1.0));
        }
        const Tensor scores = form == std::string("cat") ? swap_axes(memory["attn.a"].output.dense(), 2, 3)
                                                         : memory["attn.score"].output.dense();
        CHECK(largest_difference(softmax(turned(scores)), weights) < 1e-6);
        CHECK(largest_difference(mix(weights, *memory["attn.v"].output.tensor()), y) < 1e-5);
    }
}

TEST_CASE("scores with an averaged key are those of each query with the mean of the keys") {
    const MadeMixer made("cat_qkv", site_of(2, 3));
    Memory memory;
    made.run(random_tensor({1, 1, 6, 12}, 3), &memory);
    const Tensor &q = *memory["attn.q"].output.tensor(), &k = *memory["attn.k"].output.tensor();
    for (int64_t head = 0; head < 2; ++head)
        for (int64_t n = 0; n < 6; ++n) {
            double z = 0.0;
            for (int64_t c = head * 6; c < head * 6 + 6; ++c)
                for (int64_t m = 0; m < 6; ++m) z += q.row(n)[c] * k.row(m)[c] / 6.0;
            CHECK(memory["attn.score"].output.tensor()->row(head)[n] ==
                  doctest::Approx(z / std::sqrt(6.0)).epsilon(1e-4));
        }
}

TEST_CASE("circular-convolutional attention counts what its path does, and has the parameters of its paper") {
    const auto parameters = [](const char* form, const char* bias) {
        return MadeMixer(form, site_of(2, 3), {{"attention.qkv_bias", bias}}).parameters.trained_values();
    };
    const int64_t proj = 12 * 12 + 12;
    CHECK(parameters("cat", "false") == (12 + 2) * 12 + proj);
    CHECK(parameters("cat_qkv", "false") == 3 * 12 * 12 + proj);
    CHECK(parameters("cat", "true") == (12 + 2) * 12 + 12 + proj);
    Memory memory;
    MadeMixer("cat", site_of(2, 3), {{"attention.path", "gather"}}).run(Tensor({1, 2, 6, 12}), &memory);
    CHECK(memory["attn.mix"].count ==
          OpCount{.mac = 2 * 6 * 6 * 12, .dense = 2 * 6 * 6 * 12} + nonlinear_count(2 * 2 * 6));  // 6 weights a head
    CHECK(memory["attn.a"].count == OpCount{.mac = 2 * 6 * 12 * 2, .dense = 2 * 6 * 12 * 2});
}

TEST_CASE("without scores of their own all tokens of cat_q see the mean of its table, whatever the image") {
    MadeMixer made("cat_q", site_of(2, 3));
    made.let_through("proj");
    made.parameters.find("attn.a.weight")->value.fill(0.0f);
    made.layer->prepare(Purpose::train);
    const Tensor& v = made.parameters.find("attn.v")->value;
    REQUIRE(v.shape() == Shape{6, 12});
    const Tensor y = made.run(random_tensor({1, 2, 6, 12}, 4));
    for (int64_t c = 0; c < 12; ++c) {
        double mean = 0.0;
        for (int64_t n = 0; n < 6; ++n) mean += v.row(n)[c] / 6.0;
        for (int64_t r = 0; r < 12; ++r) CHECK(y.row(r)[c] == doctest::Approx(mean).epsilon(1e-4));
    }
}

TEST_CASE(
    "cat_v turns the values of each channel by its own table, and hands them on where it looks at no other token") {
    MadeMixer made("cat_v", site_of(2, 3));
    made.let_through("v"), made.let_through("proj");
    Tensor& scores = made.parameters.find("attn.score")->value;
    REQUIRE(scores.shape() == Shape{12, 6});
    scores.fill(0.0f);
    for (int64_t c = 0; c < 12; ++c) scores.row(c)[c < 6 ? 0 : 1] = 100.0f;  // itself; the token after it
    const Tensor x = random_tensor({1, 2, 6, 12}, 5), y = made.run(x);
    for (int64_t r = 0; r < 12; ++r)
        for (int64_t c = 0; c < 12; ++c)
            CHECK(y.row(r)[c] == doctest::Approx(x.row(c < 6 ? r : r / 6 * 6 + (r + 1) % 6)[c]));
}

TEST_CASE("the ablations of circular-convolutional attention have the parameters of the paper, and count their sums") {
    const auto parameters = [](const char* form) { return MadeMixer(form, site_of(2, 3)).parameters.trained_values(); };
    const int64_t proj = 12 * 12 + 12;
    CHECK(parameters("cat_q") == (6 + 2) * 12 + proj);
    CHECK(parameters("cat_v") == (6 + 12) * 12 + 12 + proj);  // and the bias of v
    CHECK(contains(message_of([] {
                       MadeMixer("cat_q", site_of(2, 3), {{"attention.qkv_bias", "false"}});
                   }),
                   "attention.qkv_bias"));  // there are no such maps
    for (const char* form : kAblations) {
        Memory memory;
        MadeMixer(form, site_of(2, 3), {{"attention.path", "gather"}}).run(Tensor({1, 2, 6, 12}), &memory);
        const int64_t rows = form == std::string("cat_v") ? 12 : 2;  // of weights: by channel, or by head
        CHECK(memory["attn.mix"].count ==
              OpCount{.mac = 2 * 6 * 6 * 12, .dense = 2 * 6 * 6 * 12} + nonlinear_count(2 * rows * 6));
    }
}
