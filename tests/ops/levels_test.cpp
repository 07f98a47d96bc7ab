// Bits to bytes and back.
#include <doctest/doctest.h>

#include "sim/ops/levels.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("unpack_levels gives the value of every slot, for every kind and width") {
    for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer})
        for (const int64_t channels : {1, 7, 8, 63, 64, 65, 130}) {
            const Spikes x = random_spikes({3, channels}, kind, static_cast<uint64_t>(channels));
            std::vector<int8_t> levels(static_cast<size_t>(channels) + 1, int8_t{99});
            for (int64_t r = 0; r < x.rows(); ++r) {
                unpack_levels(x, r, levels.data());
                for (int64_t c = 0; c < channels; ++c) CHECK(levels[static_cast<size_t>(c)] == x.value(r, c));
                CHECK(levels.back() == 99);  // nothing written past the last channel
            }
        }
}

TEST_CASE("pack_levels sets the bit planes that agree with the levels, extremes included") {
    for (const int64_t channels : {1, 8, 65, 255}) {
        Tensor values({1, channels});
        for (int64_t c = 0; c < channels; ++c) values[c] = static_cast<float>(c * 37 % 255 - 127);
        const Spikes expected = Spikes::from(values, SpikeKind::integer);
        Spikes x = expected;
        for (int64_t w = 0; w < x.words(); ++w) x.fired(0)[w] = x.negative(0)[w] = 0x123456789ABCDEF0;
        pack_levels(x, 0);
        CHECK(x == expected);
    }
}
