// Positions that are functions of the place of a patch.
#include <doctest/doctest.h>

#include <cmath>

#include "models/registry.h"
#include "sim/ops/harmonics.h"
#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

struct MadePosition {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    std::unique_ptr<Layer> layer;

    MadePosition(const std::string& model, const MixerSite& site) {
        layer = find(registry().positions, model, "network.position").make(Scope(build, ""), site);
        layer->prepare(Purpose::train);
    }
    /// What is added to each token [N, C].
    Tensor table(const MixerSite& site) const {
        Pass pass = whole_run(1);
        return layer->forward(pass, Tensor({1, 1, site.tokens(), site.dim}))
            .dense()
            .reshaped({site.tokens(), site.dim});
    }
};

double product(const Tensor& table, int64_t a, int64_t b, int64_t first, int64_t count) {
    double sum = 0.0;
    for (int64_t c = first; c < first + count; ++c) sum += table.row(a)[c] * table.row(b)[c];
    return sum;
}

}  // namespace

TEST_CASE("products of Bochner's positions depend on distances alone, and are 1 at none") {
    const MixerSite site{.dim = 16, .heads = 2, .rows = 4, .columns = 5};
    const Tensor table = MadePosition("bochner", site).table(site);
    for (int64_t a = 0; a < 20; ++a)
        for (int64_t b = 0; b < 20; ++b) {
            const int64_t rows = std::abs(a / 5 - b / 5), columns = std::abs(a % 5 - b % 5);
            CHECK(product(table, a, b, 0, 8) == doctest::Approx(product(table, 0, rows * 5, 0, 8)).epsilon(1e-4));
            CHECK(product(table, a, b, 8, 8) == doctest::Approx(product(table, 0, columns, 8, 8)).epsilon(1e-4));
        }
    CHECK(product(table, 7, 7, 0, 8) == doctest::Approx(1.0));
    CHECK(product(table, 0, 5, 0, 8) < 0.9);
}

TEST_CASE("Mercer's positions are sums of harmonics by their definition") {
    const MixerSite site{.dim = 4, .heads = 1, .rows = 2, .columns = 3};
    MadePosition made("mercer", site);
    const Tensor table = made.table(site);
    const Tensor &p = made.parameters.find("position.column.exponent")->value,
                 &sine = made.parameters.find("position.column.sine")->value,
                 &cosine = made.parameters.find("position.column.cosine")->value;
    REQUIRE(sine.shape() == Shape{2, 5});
    for (int64_t k = 0; k < 2; ++k)
        for (int64_t column = 0; column < 3; ++column) {
            double sum = 0.0;
            for (int j = 1; j <= 5; ++j) {
                const double angle = j * M_PI * std::pow(10.0, -p[k]) * static_cast<double>(column);
                sum += sine.row(k)[j - 1] * std::sin(angle) + cosine.row(k)[j - 1] * std::cos(angle);
            }
            CHECK(table.row(3 + column)[2 + k] == doctest::Approx(sum).epsilon(1e-4));
            CHECK(table.row(column)[2 + k] == table.row(3 + column)[2 + k]);
        }
}

TEST_CASE("a class token has no place in the grid") {
    const MixerSite site{.dim = 8, .heads = 1, .rows = 2, .columns = 2, .class_token = true};
    for (const char* model : {"bochner", "mercer"}) {
        const Tensor table = MadePosition(model, site).table(site);
        for (int64_t c = 0; c < 8; ++c) CHECK(table.row(0)[c] == 0.0f);
        CHECK(product(table, 1, 1, 0, 8) > 0.0);
    }
}

TEST_CASE("positions of waves need a width that divides for both axes") {
    const auto refused = [](const char* model, int64_t dim) {
        return message_of([&] { MadePosition(model, {.dim = dim, .heads = 1, .rows = 2, .columns = 2}); });
    };
    CHECK(refused("bochner", 6) ==
          "network.position = bochner: network.dim = 6 must be a multiple of 4, a part for rows and one for columns");
    CHECK(contains(refused("mercer", 7), "must be a multiple of 2"));
    CHECK(refused("mercer", 6) == "");
}

TEST_CASE("waves of learned frequencies and amplitudes have the gradients of finite differences") {
    const float times[] = {0.0f, 1.0f, 2.5f};
    const Harmonics h{random_tensor({3}, 1), random_tensor({3, 2}, 2), random_tensor({3, 2}, 3)};
    const Tensor g = random_tensor({3, 3}, 4);
    const Harmonics d = harmonics_backward(times, h, g);
    const auto loss = [&](const Tensor& f, const Tensor& a, const Tensor& b) {
        return dot(harmonics(times, {f, a, b}), g);
    };
    const auto check = [](const Tensor& found, const auto& of, const Tensor& at) {
        CHECK(largest_difference(found, numeric_gradient(of, at, 1e-3f)) < 2e-3);
    };
    check(
        d.frequency, [&](const Tensor& f) { return loss(f, h.sine, h.cosine); }, h.frequency);
    check(
        d.sine, [&](const Tensor& a) { return loss(h.frequency, a, h.cosine); }, h.sine);
    check(
        d.cosine, [&](const Tensor& b) { return loss(h.frequency, h.sine, b); }, h.cosine);
}
