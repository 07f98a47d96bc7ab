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

/// All pieces, put together. [T, B, ..., C]
Tensor put_together(Currents& currents) {
    Tensor y = Tensor::uninitialised(currents.shape());
    put_currents(currents, y);
    return y;
}

/// The dense operation on the same values: one chain of multiply-adds in index order.
Tensor dense(const Spikes& x, const PackedMatrix& w) { return linear(x.to_tensor(), w); }

}  // namespace

TEST_CASE("currents of a linear map have the bits of the dense one") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const int64_t outputs : {1, 32, 40, 64, 130}) {
            const Spikes x = spikes_of_density({3, 2, 150, 70}, kind, 0.1f, 3);  // more rows than a block has
            const Tensor bias = some_weights({outputs});
            const PackedMatrix w = PackedMatrix::from(some_weights({outputs, 70}), bias.values());
            CHECK(same_bits(put_together(*linear_currents(x, w)), dense(x, w)));
        }
}

TEST_CASE("currents of a convolution have the bits of the dense one, whatever the stride and padding") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const ConvAxis axis : {ConvAxis{}, ConvAxis{.stride = 2}, ConvAxis{.kernel = 1, .padding = 0},
                                    ConvAxis{.kernel = 5, .padding = 2}}) {
            const ConvShape shape{.in_channels = 7, .out_channels = 70, .y = axis};
            const Spikes x = spikes_of_density({2, 3, 13, 12, 7}, kind, 0.1f, 3);
            const Tensor bias = some_weights({70});
            const ConvWeights w =
                ConvWeights::from(shape, some_weights({70, 7, axis.kernel, axis.kernel}), bias.values(), false);
            CHECK(same_bits(put_together(*conv2d_currents(x, w)), conv2d(x.to_tensor(), w)));
        }
}

TEST_CASE("currents of many inputs come in parts, with the bits of the whole") {
    const Tensor bias = some_weights({40});
    for (const SpikeKind kind : kSpikeKinds) {
        const Spikes x = spikes_of_density({2, 3, 5, 1000}, kind, 0.1f, 3);
        const PackedMatrix w = PackedMatrix::from(some_weights({40, 1000}), bias.values());
        CHECK(same_bits(put_together(*linear_currents(x, w)), dense(x, w)));
        const ConvShape shape{.in_channels = 100, .out_channels = 40};
        const Spikes image = spikes_of_density({2, 5, 4, 5, 100}, kind, 0.1f, 3);
        const ConvWeights c = ConvWeights::from(shape, some_weights({40, 100, 3, 3}), bias.values(), false);
        CHECK(same_bits(put_together(*conv2d_currents(image, c)), conv2d(image.to_tensor(), c)));
    }
}

TEST_CASE("currents of inputs that do not fit are clear errors") {
    const Spikes x({2, 1, 4, 4, 3}, SpikeKind::binary);
    CHECK(message_of([&] { linear_currents(x, PackedMatrix(5, 8)); }) ==
          "a linear map of 5 channels got the shape [2, 1, 4, 4, 3]");
    const ConvWeights w = ConvWeights::from({.in_channels = 5, .out_channels = 8}, Tensor({8, 5, 3, 3}), {}, false);
    CHECK(message_of([&] { conv2d_currents(x, w); }) == "a convolution of 5 channels got the shape [2, 1, 4, 4, 3]");
}
