// The lookup task of Kossen et al. (2021), sec. 4.3: rows whose targets are masked, beside duplicates that show them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/layers/linear.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/residual.h"
#include "sim/grad/scale.h"
#include "sim/grad/tokens.h"
#include "sim/run/adamw.h"
#include "tests/attention/made_attention.h"

using namespace bispike;

namespace {

constexpr int64_t kAttributes = 3, kTokens = kAttributes + 1, kQueries = 12, kRows = 2 * kQueries;
constexpr MixerSite kSite{.dim = 16, .heads = 2, .rows = 1, .columns = kTokens};

/// [kRows, kTokens], the target last: kQueries rows, and each of them again. Only the first have their target masked.
Tensor random_rows(uint64_t batch) {
    Tensor rows({kRows, kTokens});
    Rng rng(1, "rows", batch);
    for (int64_t i = 0; i < rows.size() / 2; ++i) rows[i] = rows[rows.size() / 2 + i] = rng.uniform(-1.5f, 1.5f);
    return rows;
}

bool is_masked(int64_t row, int64_t token) { return row < kQueries && token == kAttributes; }

/// For each attribute its value, whether it is masked, and which it is: [1, rows, tokens, 3 tokens], so that one linear
/// map has weights of its own for each attribute.
Tensor tokens_of(const Tensor& rows) {
    Tensor x({1, kRows, kTokens, 3 * kTokens});
    for (int64_t r = 0; r < kRows; ++r)
        for (int64_t n = 0; n < kTokens; ++n) {
            float* token = x.row(r * kTokens + n);
            token[n] = is_masked(r, n) ? 0.0f : rows.row(r)[n];
            token[kTokens + n] = is_masked(r, n) ? 1.0f : 0.0f;
            token[2 * kTokens + n] = 1.0f;
        }
    return x;
}

/// Attributes of the rows that show their targets, the targets too, each shuffled by itself.
Tensor corrupted(Tensor rows) {
    Rng rng(2, "corruption");
    for (int64_t n = 0; n < kTokens; ++n)
        for (int64_t r = kRows - 1; r > kQueries; --r)
            std::swap(rows.row(r)[n], rows.row(kQueries + rng.below(r - kQueries + 1))[n]);
    return rows;
}

/// A block of `vit` with a mixer of its own.
struct Block {
    std::unique_ptr<Layer> norm1, mixer, norm2, activation;
    Linear fc1, fc2;

    Block(const Scope& scope, const char* model)
        : norm1(find(registry().norms, "layer", "norm").make(scope.child("norm1"), kSite.dim)),
          mixer(find(registry().ann_attention, model, "attention.model").make(scope.child("attn"), kSite)),
          norm2(find(registry().norms, "layer", "norm").make(scope.child("norm2"), kSite.dim)),
          activation(find(registry().activations, "gelu", "activation").make(scope.child("act"))),
          fc1(scope.child("fc1"), kSite.dim, 2 * kSite.dim),
          fc2(scope.child("fc2"), 2 * kSite.dim, kSite.dim) {}

    Value operator()(Pass& pass, Value x) const {
        Value y = mixer->forward(pass, pass(*norm1, x));
        x = residual(pass.tape, std::move(x), std::move(y));
        y = pass(fc2, pass(*activation, pass(fc1, pass(*norm2, x))));
        return residual(pass.tape, std::move(x), std::move(y));
    }
    void prepare() {
        for (Layer* layer : {norm1.get(), mixer.get(), norm2.get(), activation.get(), static_cast<Layer*>(&fc1),
                             static_cast<Layer*>(&fc2)})
            layer->prepare(Purpose::train);
    }
};

/// Attention between rows, then between the attributes of each, and what it says of the targets.
struct RowNetwork {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    Linear in{Scope(build, "in"), 3 * kTokens, kSite.dim};
    Block between{Scope(build, "abd"), "npt"}, within{Scope(build, "aba"), "softmax"};
    Linear out{Scope(build, "out"), kSite.dim, 1};

    RowNetwork() { prepare(); }
    void prepare() { in.prepare(Purpose::train), between.prepare(), within.prepare(), out.prepare(Purpose::train); }
    /// [1, rows, 1, 1]
    Value targets(Tape* tape, const Tensor& rows) const {
        Pass pass = whole_run(1);
        pass.tape = tape;
        Value x = within(pass, between(pass, pass(in, tokens_of(rows))));
        return pass(out, slice_tokens(tape, std::move(x), kAttributes, 1));
    }
    /// One step on the mean of the squared errors of masked targets.
    void learn(AdamW& optimiser, const Tensor& rows, float learning_rate) {
        Tape tape(parameters);
        Tensor shown({1, kRows, 1, 1}), mask({1, kRows, 1, 1});
        for (int64_t r = 0; r < kRows; ++r)
            shown[r] = -rows.row(r)[kAttributes], mask[r] = is_masked(r, kAttributes) ? 1.0f : 0.0f;
        Value error = product(&tape, residual(&tape, targets(&tape, rows), shown), mask);
        tape.backward(scaled(&tape, total(&tape, product(&tape, error, error)), 1.0f / kQueries));
        optimiser.step(parameters, tape.sums(), learning_rate, 1.0f);
        prepare();
    }
};

/// Pearson's correlation of answers with masked targets over held-out rows; `changed` is done to them first.
double correlation(const RowNetwork& network, Tensor (*changed)(Tensor)) {
    double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (uint64_t batch = 0; batch < 10; ++batch) {
        const Tensor rows = random_rows(1000000 + batch), answers = network.targets(nullptr, changed(rows)).dense();
        for (int64_t r = 0; r < kQueries; ++r) {
            const double a = answers[r], b = rows.row(r)[kAttributes];
            n += 1, x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
        }
    }
    return (n * xy - x * y) / std::sqrt((n * xx - x * x) * (n * yy - y * y));
}

}  // namespace

TEST_CASE("attention between datapoints looks up masked targets in duplicates of rows, and depends on these") {
    RowNetwork network;
    AdamW optimiser(network.parameters, {.weight_decay = 0.0f});
    CHECK(std::abs(correlation(network, [](Tensor rows) { return rows; })) < 0.5);
    constexpr int kSteps = 600;
    for (int step = 0; step < kSteps; ++step)
        network.learn(optimiser, random_rows(static_cast<uint64_t>(step)),
                      1e-2f * 0.5f * (1.0f + std::cos(3.14159f * static_cast<float>(step) / kSteps)));
    CHECK(correlation(network, [](Tensor rows) { return rows; }) > 0.99);
    CHECK(correlation(network, corrupted) < 0.5);
}
