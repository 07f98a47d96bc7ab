// Mixers of tokens that are no attention: MLP-Mixer, FNet, GFNet and the Fourier neural operators.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/ops/circular_conv.h"
#include "sim/ops/fourier.h"
#include "sim/ops/gelu.h"
#include "sim/ops/grid_spectrum.h"
#include "sim/ops/token_fft.h"
#include "tests/attention/made_mixer.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr MixerSite kSite{.dim = 8, .heads = 2, .rows = 2, .columns = 3};

}  // namespace

TEST_CASE("MLP-Mixer mixes the tokens of each channel by the same two maps") {
    MadeMixer made("mlp_mixer", kSite, {{"attention.token_hidden", "5"}});
    const Tensor x = random_tensor({1, 1, 6, 8}, 1), y = made.run(x);
    const Tensor &w1 = made.parameters.find("attn.fc1.weight")->value,
                 &w2 = made.parameters.find("attn.fc2.weight")->value;
    REQUIRE(w1.shape() == Shape{5, 6});
    for (int64_t c = 0; c < 8; ++c) {
        Tensor hidden({5});
        for (int64_t h = 0; h < 5; ++h)
            for (int64_t n = 0; n < 6; ++n) hidden[h] += w1.row(h)[n] * x.row(n)[c];
        hidden = gelu(std::move(hidden));
        for (int64_t n = 0; n < 6; ++n) {
            double sum = 0.0;
            for (int64_t h = 0; h < 5; ++h) sum += w2.row(n)[h] * hidden[h];
            CHECK(y.row(n)[c] == doctest::Approx(sum).epsilon(1e-4));
        }
    }
    Memory memory;
    made.run(x, &memory);
    CHECK(memory["attn.fc1"].count == OpCount{.mac = 8 * 6 * 5, .dense = 8 * 6 * 5});
}

TEST_CASE("FNet learns nothing and keeps the length of an image") {
    const MadeMixer made("fnet", kSite);
    CHECK(made.parameters.size() == 0);
    const Tensor x = random_tensor({1, 2, 6, 8}, 2);
    CHECK(same_bits(made.run(x), fourier_real(x)));
    Tensor one({1, 1, 6, 8});
    one[0] = 1.0f;  // its transform is the same everywhere
    const Tensor y = made.run(one);
    for (const float v : y.values()) CHECK(v == doctest::Approx(1.0 / std::sqrt(48.0)));
}

TEST_CASE("a global filter has 2 values for each channel and frequency, and none for a class token") {
    const MadeMixer made("gfnet", {.dim = 192, .heads = 3, .rows = 8, .columns = 8});
    CHECK(made.parameters.trained_values() == 15360);
    CHECK(
        message_of([] { MadeMixer("gfnet", {.dim = 8, .heads = 2, .rows = 2, .columns = 3, .class_token = true}); }) ==
        "attention.model = gfnet filters a grid, where a class token has no place: set network.class_token = false");
}

TEST_CASE("Fourier neural operators are circular convolutions, within their blocks of channels") {
    for (const char* blocks : {"1", "2", "8"}) {
        MadeMixer made("b_fno", kSite, {{"attention.blocks", blocks}});
        made.let_through("proj");
        const Tensor& w = made.parameters.find("attn.weight")->value;
        CHECK(w.shape() == Shape{8, 8 / std::stoi(blocks), 6});
        const Tensor x = random_tensor({1, 2, 6, 8}, 3);
        Tensor expected = circular_conv_reference(x, w);
        for (float& v : expected.values()) v = std::max(v, 0.0f);
        CHECK(largest_difference(made.run(x), expected) < 1e-5);
    }
    const Tensor x = random_tensor({1, 1, 6, 8}, 4);
    CHECK(same_bits(MadeMixer("fno", kSite).run(x), MadeMixer("b_fno", kSite, {{"attention.blocks", "1"}}).run(x)));
}

TEST_CASE(
    "the adaptive Fourier operator without weights hands on its input, and else is a complex MLP by its definition") {
    MadeMixer made("afno", kSite, {{"attention.blocks", "2"}, {"attention.afno_shrink", "0.1"}});
    const Tensor x = random_tensor({1, 2, 6, 8}, 6);
    const GridModes modes = GridModes::lowest(2, 3, 1.0f);
    Tensor X = grid_spectrum_reference(x, modes);  // [1, 2, 4, 2, 8]
    REQUIRE(X.shape() == Shape{1, 2, 4, 2, 8});
    for (const char* map : {"map1", "map2"}) {
        const auto widened = [&](const char* name) -> const Tensor& {
            Tensor& w = made.parameters.find(std::string("attn.") + map + "." + name)->value;
            w.scale(20.0f);
            return w;
        };
        const Tensor &re = widened("real"), &im = widened("imaginary"), &bias = widened("bias");
        REQUIRE(re.shape() == Shape{4, 8});
        Tensor Y(X.shape());
        for (int64_t r = 0; r < Y.rows(); r += 2)
            for (int64_t c = 0; c < 8; ++c) {
                double a = bias.row(0)[c], b = bias.row(1)[c];
                for (int64_t i = 0; i < 4; ++i) {
                    const double u = X.row(r)[c / 4 * 4 + i], v = X.row(r + 1)[c / 4 * 4 + i];
                    a += u * re.row(i)[c] - v * im.row(i)[c];
                    b += v * re.row(i)[c] + u * im.row(i)[c];
                }
                Y.row(r)[c] = static_cast<float>(a), Y.row(r + 1)[c] = static_cast<float>(b);
            }
        const bool is_first = map == std::string("map1");
        for (float& v : Y.values())
            v = is_first ? std::max(v, 0.0f) : v > 0.1f ? v - 0.1f : v < -0.1f ? v + 0.1f : 0.0f;
        X = Y;
    }
    Tensor expected = spectrum_grid_reference(X, modes);
    expected.add(x);
    CHECK(largest_difference(made.run(x), expected) < 1e-5);
    CHECK(largest_difference(expected, x) > 0.1);
    for (Parameter& p : made.parameters) p.value.fill(0.0f);
    CHECK(same_bits(made.run(x), x));
}

TEST_CASE("the adaptive Fourier operator counts two transforms and its maps at the frequencies that it keeps") {
    for (const auto& [share, kept] : {std::pair{"1", 8 * 5}, {"0.5", 3 * 2}}) {
        CAPTURE(share);
        Memory memory;
        const MixerSite site{.dim = 8, .heads = 2, .rows = 8, .columns = 8};
        MadeMixer("afno", site, {{"attention.blocks", "4"}, {"attention.afno_modes", share}})
            .run(random_tensor({1, 2, 64, 8}, 7), &memory);
        const uint64_t transform = 8 * 2 * TokenFft(8).macs() * 8, maps = 2 * static_cast<uint64_t>(kept) * 8 * 4 * 2;
        const uint64_t all = 2 * (2 * transform + maps);
        CHECK(memory["attn.mix"].count == OpCount{.mac = all, .dense = all} + nonlinear_count(2 * kept * 8 * 2 * 2));
    }
}

TEST_CASE("mixers that cannot be made so are refused with key, value and rule") {
    const auto refused = [](const char* model, const char* key, const char* value) {
        return message_of([&] { MadeMixer(model, kSite, {{key, value}}); });
    };
    CHECK(refused("b_fno", "attention.blocks", "3") ==
          "attention.blocks = 3: they do not divide network.dim = 8; choices: 1, 2, 4, 8");
    CHECK(refused("afno", "attention.blocks", "3") ==
          "attention.blocks = 3: they do not divide network.dim = 8; choices: 1, 2, 4, 8");
    CHECK(refused("afno", "attention.afno_modes", "1.5") ==
          "attention.afno_modes = 1.5: it must be above 0 and at most 1");
    CHECK(refused("afno", "attention.afno_shrink", "-1") == "attention.afno_shrink = -1: it must be 0 or positive");
    CHECK(refused("mlp_mixer", "attention.token_hidden", "0") == "attention.token_hidden = 0: at least 1 is needed");
    CHECK(refused("primal", "attention.rank", "7") == "attention.rank = 7: give 1 to 6, the number of tokens");
    CHECK(refused("dape_v2", "attention.dape_kernel", "4") == "attention.dape_kernel = 4: give an odd number of keys");
    for (const char* value : {"1", "-inf"})
        CHECK(refused("sparsebert", "attention.masked_score", value) ==
              std::string("attention.masked_score = ") + value + ": it must be negative and finite");
    CHECK(refused("sparsebert", "attention.mask_weight", "inf") ==
          "attention.mask_weight = inf: it must be 0 or positive, and finite");
    CHECK(refused("sbm", "attention.density_weight", "inf") ==
          "attention.density_weight = inf: it must be 0 or positive, and finite");
    CHECK(refused("sbm", "attention.clusters", "0") == "attention.clusters = 0: at least 1 is needed");
}
