// The linear map: kernels, choice of kernel, gradients and operation counts.
#include "sim/ops/linear.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "sim/core/error.h"
#include "sim/ops/matmul.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/spikes_of_density.h"

using namespace bispike;

namespace {

/// x W^T + b by plain loops. x [..., K]
Tensor plain(const Tensor& x, const PackedMatrix& w) {
    Tensor y(x.shape().with(-1, w.outputs()));
    reference::matmul({x.data(), x.rows(), x.channels()}, w, {y.data(), y.rows(), y.channels()});
    return y;
}

/// Accumulates of an event-driven machine: a level n counts n times at each output.
uint64_t brute_force(const Spikes& x, int64_t outputs) {
    uint64_t n = 0;
    for (int64_t r = 0; r < x.rows(); ++r)
        for (int64_t c = 0; c < x.channels(); ++c)
            for (int64_t d = 0; d < outputs; ++d) n += static_cast<uint64_t>(std::abs(x.value(r, c)));
    return n;
}

}  // namespace

TEST_CASE("a linear map by hand keeps the outer axes") {
    const Tensor bias({2}, {0.5f, -1});
    const PackedMatrix w = PackedMatrix::from(Tensor({2, 2}, {1, 2, 3, 4}), bias.values());
    const Tensor y = linear(Tensor({1, 2, 2}, {1, 0, -1, 1}), w);
    CHECK(same_bits(y, Tensor({1, 2, 2}, {1.5f, 2, 1.5f, 0})));
}

TEST_CASE("spikes and their dense copy give the bits of plain loops, whichever kernel runs") {
    const PackedMatrix w = PackedMatrix::from(random_tensor({45, 70}, 1), random_tensor({45}, 2).values());
    for (const SpikeKind kind : kSpikeKinds)
        for (const float density : {0.0f, 0.1f, 0.3f, 0.4f, 0.8f, 1.0f}) {
            CAPTURE(density);
            const Spikes x = spikes_of_density({2, 150, 70}, kind, density, 3);  // 300 rows: more than one tile
            CHECK(prefers_events(x) == (density < (kind == SpikeKind::binary ? 0.5f : 0.35f)));
            const Tensor expected = plain(x.to_tensor(), w);
            CHECK(same_bits(linear(x, w), expected));
            CHECK(same_bits(linear(x.to_tensor(), w), expected));
        }
}

TEST_CASE("real inputs give the bits of plain loops") {
    const PackedMatrix w = PackedMatrix::from(random_tensor({33, 50}, 1), random_tensor({33}, 2).values());
    const Tensor x = random_tensor({3, 100, 50}, 3);
    CHECK(same_bits(linear(x, w), plain(x, w)));
}

TEST_CASE("a linear map refuses another number of channels and names both") {
    const PackedMatrix w(8, 3);
    CHECK_THROWS_WITH_AS(linear(Tensor({2, 7}), w), "a linear map of 8 channels got the shape [2, 7]", Error);
    CHECK_THROWS_WITH_AS(linear(Spikes({2, 7}, SpikeKind::binary), w),
                         "a linear map of 8 channels got the shape [2, 7]", Error);
}

TEST_CASE("the input gradient of a linear map agrees with finite differences") {
    const Tensor weight = random_tensor({5, 7}, 4), x = random_tensor({2, 3, 7}, 5), dy = random_tensor({2, 3, 5}, 6);
    const PackedMatrix w = PackedMatrix::from(weight);
    const auto loss = [&](const Tensor& at) { return dot(linear(at, w), dy); };
    const Tensor dx = linear_input_gradient(dy, PackedMatrix::transposed(weight));
    CHECK(largest_difference(dx, numeric_gradient(loss, x)) < 1e-4);
}

TEST_CASE("the weight gradient of a linear map agrees with finite differences, for tensors and spikes") {
    const Tensor weight = random_tensor({5, 7}, 4), dy = random_tensor({6, 5}, 6);
    for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar}) {
        const Spikes x = random_spikes({6, 7}, kind, 7);
        const auto loss = [&](const Tensor& at) { return dot(linear(x, PackedMatrix::from(at)), dy); };
        const Tensor expected = numeric_gradient(loss, weight);
        Tensor of_spikes({5, 7}), of_tensor({5, 7});
        linear_weight_gradient(x, dy, of_spikes);
        linear_weight_gradient(x.to_tensor(), dy, of_tensor);
        CHECK(largest_difference(of_spikes, expected) < 1e-3);
        CHECK(same_bits(of_spikes, of_tensor));
        linear_weight_gradient(x, dy, of_spikes);
        of_tensor.scale(2);
        CHECK(same_bits(of_spikes, of_tensor));
    }
}

TEST_CASE("operations of a linear map are counted as brute force counts them") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const float density : {0.0f, 0.2f, 1.0f}) {
            const Spikes x = spikes_of_density({2, 5, 66}, kind, density, 8);
            const OpCount count = linear_count(x, 9);
            CHECK(count.synops() == brute_force(x, 9));
            CHECK(count == [&] {
                OpCount expected = accumulates(kind, brute_force(x, 9));
                expected.dense = 2 * 5 * 66 * 9;
                return expected;
            }());
        }
    CHECK(linear_count(Tensor({2, 5, 66}), 9) == OpCount{.mac = 2 * 5 * 66 * 9, .dense = 2 * 5 * 66 * 9});
}

TEST_CASE("accumulates are booked under the kind of their spikes") {
    CHECK(accumulates(SpikeKind::binary, 7) == OpCount{.ac = 7});
    CHECK(accumulates(SpikeKind::bipolar, 7) == OpCount{.ac_bipolar = 7});
    CHECK(accumulates(SpikeKind::integer, 7) == OpCount{.ac_integer = 7});
    CHECK(accumulates(SpikeKind::power_of_two, 7) == OpCount{.ac_integer = 7, .shift = 7});
}
