// Spikes of each row of an array, by heads where there are some.
#pragma once

#include <bit>
#include <vector>

#include "sim/grad/value.h"

namespace bispike {

/// Counts [rows, heads] of a value; of spikes without levels these are the spikes themselves.
struct SpikeRows {
    int64_t heads = 1;
    std::vector<uint32_t> nonzero = {}, negative = {};      // negative: empty where there are none
    std::vector<uint32_t> level = {}, negative_level = {};  // empty: as above
    bool are_shifted = false;                               // powers of two

    const std::vector<uint32_t>& levels() const { return level.empty() ? nonzero : level; }
    const std::vector<uint32_t>& negative_levels() const { return level.empty() ? negative : negative_level; }
    /// How often a weight is added that each spike reaches: its level, of powers of two once.
    const std::vector<uint32_t>& additions() const { return are_shifted ? nonzero : levels(); }
    const std::vector<uint32_t>& negative_additions() const { return are_shifted ? negative : negative_levels(); }
};

/// The heads divide the channels.
SpikeRows spike_rows(const Spikes& x, int64_t heads = 1);
/// Values that are not 0.
SpikeRows spike_rows(const Tensor& x);

/// Sums over rows [first, first + rows) for each channel, and 0 up to a whole number of words.
struct ChannelTotals {
    std::vector<uint32_t> level, negative;  // of |level|, and of those of negative spikes: empty where there are none

    int64_t sum(size_t channel) const {
        return int64_t{level[channel]} - (negative.empty() ? 0 : 2 * int64_t{negative[channel]});
    }
};
ChannelTotals channel_totals(const Spikes& x, int64_t first, int64_t rows);

/// visit(channel, level) for each spike of a row, in order.
template <class Visit>
void for_each_spike(const Spikes& x, int64_t row, Visit visit) {
    const int8_t* levels = x.levels(row);
    const uint64_t* negative = x.negative(row);
    for (int64_t w = 0; w < x.words(); ++w)
        for (uint64_t rest = x.fired(row)[w]; rest != 0; rest &= rest - 1) {
            const int bit = std::countr_zero(rest);
            const int sign = negative != nullptr && (negative[w] >> bit & 1) != 0 ? -1 : 1;
            visit(w * 64 + bit, levels != nullptr ? levels[w * 64 + bit] : sign);
        }
}

}  // namespace bispike
