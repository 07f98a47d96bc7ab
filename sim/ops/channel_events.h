// The rows in which each channel fired: what weight gradients walk along.
#pragma once

#include <span>

#include "sim/core/spikes.h"

namespace bispike {

/// Lists of (place, value), one list a channel, rows ascending. Values are absent for binary spikes.
struct ChannelEvents {
    AlignedVector<int64_t> begin;   // [channels + 1] indices into `place`
    AlignedVector<uint32_t> place;  // what stands for the row; longer than the lists, for whole vectors
    AlignedVector<float> value;     // beside `place`, or empty: every value is 1

    int64_t channels() const { return static_cast<int64_t>(begin.size()) - 1; }
};

/// A part of the rows of some spikes, and a part of their channels.
struct SpikePart {
    const Spikes& spikes;
    int64_t first, last;  // rows
    int64_t from, to;     // channels
};

/// Turns a part on its side: a list for each of its channels. places[i] stands for row first + i.
void turn(const SpikePart& part, std::span<const uint32_t> places, ChannelEvents& lists);

namespace reference {
/// The same, slot by slot.
void turn(const SpikePart& part, std::span<const uint32_t> places, ChannelEvents& lists);
}  // namespace reference

}  // namespace bispike
