// Spikes of each row of an array.
#include "sim/energy/spike_rows.h"

#include <cstdlib>

#include "sim/core/bits.h"
#include "sim/energy/bit_sums.h"

namespace bispike {
namespace {

std::vector<uint32_t> counted(const uint64_t* words, const Spikes& x, int64_t heads) {
    std::vector<uint32_t> counts(static_cast<size_t>(x.rows() * heads));
    count_bits_by_part({words, static_cast<size_t>(x.rows() * x.words())}, {x.words(), heads, x.channels() / heads},
                       counts);
    return counts;
}

void add_levels(const Spikes& x, SpikeRows& r) {
    r.level.resize(r.nonzero.size()), r.negative_level.resize(r.nonzero.size());
    const int64_t width = x.channels() / r.heads;
    for (int64_t row = 0; row < x.rows(); ++row)
        for_each_spike(x, row, [&](int64_t channel, int level) {
            const auto i = static_cast<size_t>(row * r.heads + channel / width);
            r.level[i] += static_cast<uint32_t>(std::abs(level));
            if (level < 0) r.negative_level[i] += static_cast<uint32_t>(-level);
        });
}

}  // namespace

SpikeRows spike_rows(const Spikes& x, int64_t heads) {
    SpikeRows r{.heads = heads, .are_shifted = x.kind() == SpikeKind::power_of_two};
    if (x.rows() == 0) return r;
    r.nonzero = counted(x.fired(0), x, heads);
    if (x.kind() != SpikeKind::binary) r.negative = counted(x.negative(0), x, heads);
    if (has_levels(x.kind())) add_levels(x, r);
    return r;
}

SpikeRows spike_rows(const Tensor& x) {
    SpikeRows r;
    const int64_t channels = x.shape().channels();
    for (int64_t row = 0; row < x.shape().rows(); ++row) {
        uint32_t n = 0;
        for (int64_t c = 0; c < channels; ++c) n += x.row(row)[c] != 0.0f;
        r.nonzero.push_back(n);
    }
    return r;
}

ChannelTotals channel_totals(const Spikes& x, int64_t first, int64_t rows) {
    const auto places = static_cast<size_t>(64 * x.words());
    ChannelTotals t{std::vector<uint32_t>(places), {}};
    if (x.kind() != SpikeKind::binary) t.negative.resize(places);
    const auto words_of = [&](const uint64_t* from) { return std::span(from, static_cast<size_t>(rows * x.words())); };
    if (has_levels(x.kind())) {
        for (int64_t row = first; row < first + rows; ++row)
            for_each_spike(x, row, [&](int64_t channel, int level) {
                t.level[static_cast<size_t>(channel)] += static_cast<uint32_t>(std::abs(level));
                if (level < 0) t.negative[static_cast<size_t>(channel)] += static_cast<uint32_t>(-level);
            });
        return t;
    }
    add_bits(words_of(x.fired(first)), x.words(), t.level);
    if (x.kind() == SpikeKind::bipolar) add_bits(words_of(x.negative(first)), x.words(), t.negative);
    return t;
}

}  // namespace bispike
