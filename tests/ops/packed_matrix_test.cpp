// Weights in panels of 32 columns.
#include "sim/ops/packed_matrix.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("a packed matrix holds each weight at its input and output") {
    for (const int64_t outputs : {1, 31, 32, 33, 70})
        for (const int64_t inputs : {1, 5}) {
            const Tensor weight = random_tensor({outputs, inputs}, 1);
            const PackedMatrix m = PackedMatrix::from(weight);
            CHECK(m.inputs() == inputs);
            CHECK(m.outputs() == outputs);
            for (int64_t d = 0; d < outputs; ++d)
                for (int64_t k = 0; k < inputs; ++k) {
                    CHECK(m.at(k, d) == weight.row(d)[k]);
                    CHECK(m.panel(d / 32)[k * 32 + d % 32] == weight.row(d)[k]);
                }
        }
}

TEST_CASE("the last panel is filled up with zeros") {
    Tensor weight({33, 4});
    weight.fill(2.0f);
    const std::vector<float> bias(33, 3.0f);
    const PackedMatrix m = PackedMatrix::from(weight, bias);
    CHECK(m.panels() == 2);
    CHECK(m.columns(0) == 32);
    CHECK(m.columns(1) == 1);
    CHECK(m.bias(1)[0] == 3.0f);
    for (int64_t column = 1; column < 32; ++column) {
        CHECK(m.bias(1)[column] == 0.0f);
        for (int64_t k = 0; k < 4; ++k) CHECK(m.panel(1)[k * 32 + column] == 0.0f);
    }
}

TEST_CASE("the transposed matrix maps outputs to inputs") {
    const Tensor weight = random_tensor({3, 40}, 2);
    const PackedMatrix m = PackedMatrix::transposed(weight);
    CHECK(m.inputs() == 3);
    CHECK(m.outputs() == 40);
    for (int64_t k = 0; k < 3; ++k)
        for (int64_t d = 0; d < 40; ++d) CHECK(m.at(k, d) == weight.row(k)[d]);
}

TEST_CASE("a bias of -0 becomes +0, so that absent spikes change no bit") {
    const std::vector<float> bias{-0.0f, -1.0f};
    const PackedMatrix m = PackedMatrix::from(Tensor({2, 1}), bias);
    CHECK_FALSE(std::signbit(m.bias(0)[0]));
    CHECK(m.bias(0)[1] == -1.0f);
}

TEST_CASE("a packed gradient adds to what the weight's gradient already holds") {
    const Tensor first = random_tensor({35, 6}, 3), second = random_tensor({35, 6}, 4);
    Tensor sum = first, expected = first;
    PackedMatrix::from(second).add_to(sum);
    expected.add(second);
    CHECK(same_bits(sum, expected));
}
