// The kernels of products with packed weights, against plain loops, bit for bit.
#include "sim/ops/matmul.h"

#include <doctest/doctest.h>

#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"
#include "tests/ops/spikes_of_density.h"

using namespace bispike;

namespace {

constexpr int64_t kInputs[] = {1, 7, 32, 33, 75};
constexpr int64_t kOutputs[] = {1, 31, 32, 33, 70};
constexpr int64_t kMostRows = 20;

/// A block of `rows` rows of a tensor whose rows may be wider than what the kernel sees.
MatrixView view(Tensor& t, int64_t rows) { return {t.data(), rows, t.channels()}; }
ConstMatrixView view(const Tensor& t, int64_t rows) { return {t.data(), rows, t.channels()}; }

/// Random weights [outputs, inputs] and biases, packed.
PackedMatrix weights(int64_t inputs, int64_t outputs) {
    return PackedMatrix::from(random_tensor({outputs, inputs}, 1), random_tensor({outputs}, 2).values());
}

/// Filled with a mark, to see what a kernel writes and what it leaves alone.
Tensor marked(const Shape& shape) {
    Tensor t(shape);
    t.fill(77.0f);
    return t;
}

bool same_weights(const PackedMatrix& a, const PackedMatrix& b) {
    Tensor left({a.outputs(), a.inputs()}), right({b.outputs(), b.inputs()});
    a.add_to(left);
    b.add_to(right);
    return same_bits(left, right);
}

template <class Check>
void for_each_size(const Check& check) {
    for (const int64_t inputs : kInputs)
        for (const int64_t outputs : kOutputs)
            for (int64_t rows = 1; rows <= kMostRows; ++rows) {
                CAPTURE(inputs);
                CAPTURE(outputs);
                CAPTURE(rows);
                check(inputs, outputs, rows);
            }
}

}  // namespace

TEST_CASE("a product by hand") {
    const Tensor weight({2, 3}, {1, 2, 3, 4, 5, 6}), bias({2}, {10, 20});
    const PackedMatrix w = PackedMatrix::from(weight, bias.values());
    const Tensor x({2, 3}, {1, 0, 2, -1, 1, 0});
    Tensor y({2, 2});
    matmul(view(x, 2), w, view(y, 2));
    CHECK(same_bits(y, Tensor({2, 2}, {17, 36, 11, 21})));
    matmul(events_of(Spikes::from(x, SpikeKind::integer), 0, 2), w, view(y, 2));
    CHECK(same_bits(y, Tensor({2, 2}, {17, 36, 11, 21})));
}

TEST_CASE("a weight gradient by hand") {
    const Tensor x({2, 2}, {1, 2, 0, -1}), dy({2, 1}, {3, 5});
    PackedMatrix dw(2, 1);
    accumulate_outer(view(x, 2), view(dy, 2), dw);
    CHECK(dw.at(0, 0) == 3);
    CHECK(dw.at(1, 0) == 1);
}

TEST_CASE("the dense kernel has the bits of plain loops, for any size, row stride and instruction set") {
    for_each_size([](int64_t inputs, int64_t outputs, int64_t rows) {
        const PackedMatrix w = weights(inputs, outputs);
        const Tensor x = random_tensor({rows, inputs + 3}, 3);
        Tensor expected = marked({rows, outputs + 5});
        reference::matmul(view(x, rows), w, view(expected, rows));
        on_each_fused_target([&] {
            Tensor y = marked(expected.shape());
            matmul(view(x, rows), w, view(y, rows));
            REQUIRE(same_bits(y, expected));
        });
    });
}

TEST_CASE("the event kernel has the bits of plain loops, for any size, row stride and instruction set") {
    for (const SpikeKind kind : kSpikeKinds)
        for_each_size([&](int64_t inputs, int64_t outputs, int64_t rows) {
            const PackedMatrix w = weights(inputs, outputs);
            const Spikes x = spikes_of_density({rows, inputs}, kind, 0.3f, 4);
            Tensor expected = marked({rows, outputs + 5});
            reference::matmul(view(x.to_tensor(), rows), w, view(expected, rows));
            on_each_fused_target([&] {
                Tensor y = marked(expected.shape());
                matmul(events_of(x, 0, rows), w, view(y, rows));
                REQUIRE(same_bits(y, expected));
            });
        });
}

TEST_CASE("the event and the dense kernel give the same bits at every density") {
    const PackedMatrix w = weights(130, 45);
    for (const SpikeKind kind : kSpikeKinds)
        for (const float density : {0.0f, 0.02f, 0.2f, 0.5f, 0.9f, 1.0f}) {
            CAPTURE(density);
            const Spikes x = spikes_of_density({kMostRows, 130}, kind, density, 5);
            Tensor dense({kMostRows, 45}), events({kMostRows, 45});
            on_each_fused_target([&] {
                matmul(view(x.to_tensor(), kMostRows), w, view(dense, kMostRows));
                matmul(events_of(x, 0, kMostRows), w, view(events, kMostRows));
                REQUIRE(same_bits(dense, events));
            });
        }
}

TEST_CASE("a row's result does not depend on the rows beside it") {
    const PackedMatrix w = weights(75, 70);
    const Tensor x = random_tensor({kMostRows, 75}, 6);
    Tensor together({kMostRows, 70});
    matmul(view(x, kMostRows), w, view(together, kMostRows));
    for (int64_t r = 0; r < kMostRows; ++r) {
        Tensor alone({1, 70});
        matmul(ConstMatrixView(x.row(r), 1, 75), w, view(alone, 1));
        REQUIRE(same_bits(alone, Tensor({1, 70}, together.values().subspan(static_cast<size_t>(r) * 70, 70))));
    }
}

TEST_CASE("the dense weight gradient has the bits of plain loops and adds to what is there") {
    for_each_size([](int64_t inputs, int64_t outputs, int64_t rows) {
        const Tensor x = random_tensor({rows, inputs + 3}, 7), dy = random_tensor({rows, outputs + 5}, 8);
        PackedMatrix expected = weights(inputs, outputs);
        reference::accumulate_outer(view(x, rows), view(dy, rows), expected);
        on_each_fused_target([&] {
            PackedMatrix dw = weights(inputs, outputs);
            accumulate_outer(view(x, rows), view(dy, rows), dw);
            REQUIRE(same_weights(dw, expected));
        });
    });
}

TEST_CASE("the weight gradient of events has the bits of the dense one, at every density") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const float density : {0.0f, 0.1f, 0.5f, 1.0f})
            for (const int64_t outputs : kOutputs) {
                CAPTURE(density);
                CAPTURE(outputs);
                const Spikes x = spikes_of_density({kMostRows, 67}, kind, density, 9);
                const Tensor dy = random_tensor({kMostRows, outputs + 5}, 10);
                PackedMatrix expected(67, outputs);
                reference::accumulate_outer(view(x.to_tensor(), kMostRows), view(dy, kMostRows), expected);
                on_each_fused_target([&] {
                    PackedMatrix dw(67, outputs);
                    accumulate_outer(events_of(x, 0, kMostRows), view(dy, kMostRows), dw);
                    REQUIRE(same_weights(dw, expected));
                });
            }
}

TEST_CASE("rows without spikes give the bias") {
    const PackedMatrix w = weights(20, 40);
    Tensor y({3, 40});
    matmul(events_of(Spikes({3, 20}, SpikeKind::binary), 0, 3), w, view(y, 3));
    for (int64_t r = 0; r < 3; ++r)
        for (int64_t d = 0; d < 40; ++d) CHECK(y.row(r)[d] == w.bias(d / 32)[d % 32]);
}
