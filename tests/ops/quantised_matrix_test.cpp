// Weights in few bits.
#include "sim/ops/quantised_matrix.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/ops/currents.h"
#include "tests/ops/each_target.h"
#include "tests/ops/spikes_of_density.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr WeightFormat kFormats[] = {WeightFormat::int16, WeightFormat::int8};

/// Columns of very different size, one of them all zero.
PackedMatrix some_matrix(int64_t inputs, int64_t outputs) {
    Rng rng(7, "weights");
    Tensor w({outputs, inputs}), bias({outputs});
    for (int64_t d = 0; d < outputs; ++d) {
        const float size = d == 3 ? 0.0f : std::pow(10.0f, static_cast<float>(d % 5 - 2));
        for (int64_t k = 0; k < inputs; ++k) w.row(d)[k] = size * rng.normal();
        bias[d] = rng.normal();
    }
    return PackedMatrix::from(w, bias.values());
}

float largest(const PackedMatrix& w, int64_t output) {
    float most = 0;
    for (int64_t k = 0; k < w.inputs(); ++k) most = std::max(most, std::abs(w.at(k, output)));
    return most;
}

/// The linear map by plain loops over integers.
Tensor plain(const Spikes& x, const PackedMatrix& w) {
    Tensor y = Tensor::uninitialised(x.shape().with(-1, w.outputs()));
    const QuantisedMatrix& q = *w.quantised();
    for (int64_t r = 0; r < x.rows(); ++r)
        for (int64_t d = 0; d < w.outputs(); ++d) {
            int64_t sum = 0;
            const int64_t panel = d / PackedMatrix::kPanel, column = d % PackedMatrix::kPanel;
            for (int64_t k = 0; k < w.inputs(); ++k) {
                const int64_t at = k * PackedMatrix::kPanel + column;
                sum += x.value(r, k) * (q.format() == WeightFormat::int8 ? q.panel8(panel)[at] : q.panel16(panel)[at]);
            }
            y.row(r)[d] = std::fma(static_cast<float>(sum), q.scale(panel)[column], w.bias(panel)[column]);
        }
    return y;
}

}  // namespace

TEST_CASE("a rounded weight is as near as its output's step allows") {
    const PackedMatrix w = some_matrix(50, 40);
    for (const WeightFormat format : kFormats) {
        const QuantisedMatrix q(w, format);
        const int most = format == WeightFormat::int8 ? QuantisedMatrix::kMost8 : QuantisedMatrix::kMost16;
        for (int64_t d = 0; d < 40; ++d) {
            const float step = largest(w, d) / static_cast<float>(most);
            CHECK(q.scale(d / 32)[d % 32] == step);
            for (int64_t k = 0; k < 50; ++k) CHECK(std::abs(q.at(k, d) - w.at(k, d)) <= 0.5001f * step);
        }
    }
}

TEST_CASE("currents from rounded weights are exact sums of integers, on every instruction set") {
    for (const WeightFormat format : kFormats)
        for (const SpikeKind kind : kSpikeKinds)
            for (const float density : {0.1f, 1.0f}) {  // at 1 sums of 16 bits overflow many times over
                const Spikes x = spikes_of_density({2, 3, 5, 1000}, kind, density, 3);
                PackedMatrix w = some_matrix(1000, 40);
                w.quantise(format);
                const Tensor expected = plain(x, w);
                on_each_fused_target([&] { CHECK(same_bits(linear(x, w), expected)); });
            }
}

TEST_CASE("all spikes at the largest weight do not overflow") {
    for (const WeightFormat format : kFormats) {
        Tensor weight({1, 600});
        weight.fill(-2.0f);
        PackedMatrix w = PackedMatrix::from(weight);
        w.quantise(format);
        Tensor ones({1, 600});
        ones.fill(1.0f);
        CHECK(linear(Spikes::from(ones, SpikeKind::binary), w)[0] == doctest::Approx(-1200));
    }
}

TEST_CASE("convolutions and linear maps take events alone where weights are rounded") {
    PackedMatrix w = some_matrix(8, 4);
    Tensor ones({1, 8});
    ones.fill(1.0f);
    const Spikes dense = Spikes::from(ones, SpikeKind::binary);
    CHECK_FALSE(prefers_events(dense, w));
    w.quantise(WeightFormat::int8);
    CHECK(prefers_events(dense, w));
    w.quantise(WeightFormat::float32);
    CHECK(w.quantised() == nullptr);
}
