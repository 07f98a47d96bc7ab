// Currents piece by piece: the bits of the whole operation.
#include "sim/ops/currents.h"

#include <doctest/doctest.h>

#include "tests/ops/spikes_of_density.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

Tensor some_weights(Shape shape) {
    Rng rng(5, "weights");
    Tensor w(shape);
    for (float& v : w.values()) v = rng.normal();
    return w;
}

/// All pieces of `rows` rows, put together. [T, B, ..., C]
Tensor put_together(Currents& currents, int64_t rows) {
    const Shape& shape = currents.shape();
    Tensor y = Tensor::uninitialised(shape);
    std::vector<float> piece(static_cast<size_t>(shape[0] * rows * Currents::kChannels));
    for (int64_t first = 0; first < currents.rows(); first += currents.block()) {
        const int64_t last = std::min(currents.rows(), first + currents.block());
        currents.gather(first, last);
        for (int64_t word = 0; word * Currents::kChannels < y.channels(); ++word)
            for (int64_t row = first; row < last; row += rows) {
                const int64_t count = std::min(rows, last - row);
                currents.fill(word, row - first, row - first + count, piece.data());
                for (int64_t t = 0; t < shape[0]; ++t)
                    for (int64_t r = 0; r < count; ++r)
                        for (int64_t c = 0; c < Currents::kChannels; ++c) {
                            const float value = piece[static_cast<size_t>((t * count + r) * Currents::kChannels + c)];
                            const int64_t channel = word * Currents::kChannels + c;
                            if (channel < y.channels()) y.row(t * currents.rows() + row + r)[channel] = value;
                        }
            }
    }
    return y;
}

}  // namespace

TEST_CASE("currents of a linear map have its bits, whatever the piece") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const int64_t outputs : {1, 32, 40, 64, 130}) {
            const Spikes x = spikes_of_density({3, 2, 150, 70}, kind, 0.1f, 3);  // more rows than a block has
            const Tensor bias = some_weights({outputs});
            const PackedMatrix w = PackedMatrix::from(some_weights({outputs, 70}), bias.values());
            const Tensor whole = linear(x, w);
            for (const int64_t rows : {1, 5, 16}) CHECK(same_bits(put_together(*linear_currents(x, w), rows), whole));
        }
}

TEST_CASE("currents of a convolution have its bits, whatever the piece, stride and padding") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const ConvAxis axis : {ConvAxis{}, ConvAxis{.stride = 2}, ConvAxis{.kernel = 1, .padding = 0},
                                    ConvAxis{.kernel = 5, .padding = 2}}) {
            const ConvShape shape{.in_channels = 7, .out_channels = 70, .y = axis};
            const Spikes x = spikes_of_density({2, 3, 13, 12, 7}, kind, 0.1f, 3);
            const Tensor bias = some_weights({70});
            const ConvWeights w =
                ConvWeights::from(shape, some_weights({70, 7, axis.kernel, axis.kernel}), bias.values(), false);
            const Tensor whole = conv2d(x, w);
            for (const int64_t rows : {1, 6, 16}) CHECK(same_bits(put_together(*conv2d_currents(x, w), rows), whole));
        }
}

TEST_CASE("currents of inputs that do not fit are clear errors") {
    const Spikes x({2, 1, 4, 4, 3}, SpikeKind::binary);
    CHECK(message_of([&] { linear_currents(x, PackedMatrix(5, 8)); }) ==
          "a linear map of 5 channels got the shape [2, 1, 4, 4, 3]");
    const ConvWeights w = ConvWeights::from({.in_channels = 5, .out_channels = 8}, Tensor({8, 5, 3, 3}), {}, false);
    CHECK(message_of([&] { conv2d_currents(x, w); }) == "a convolution of 5 channels got the shape [2, 1, 4, 4, 3]");
}
