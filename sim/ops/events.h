// The active channels of each row: what the event-driven kernels walk along.
#pragma once

#include <span>

#include "sim/core/spikes.h"

namespace bispike {

/// Lists of (channel, value), one list a row, channels ascending. Values are absent for binary spikes.
struct Events {
    static constexpr int64_t kSlack = 16;  // elements that can be read behind the last channel

    AlignedVector<int64_t> begin;     // [rows + 1] places in `channel`
    AlignedVector<uint32_t> channel;  // all rows, one after the other
    AlignedVector<float> value;       // same length, or empty: every value is 1

    int64_t rows() const { return static_cast<int64_t>(begin.size()) - 1; }
    int64_t count(int64_t row) const { return begin[static_cast<size_t>(row) + 1] - begin[static_cast<size_t>(row)]; }
    void clear(bool with_values);
    bool has_values() const { return with_values_; }

private:
    bool with_values_ = false;
};

/// The events of rows [first, last).
Events events_of(const Spikes& spikes, int64_t first, int64_t last);
/// The same of the channels [from, to) only, numbered from 0 (one group of a grouped convolution).
Events events_of(const Spikes& spikes, int64_t first, int64_t last, int64_t from, int64_t to);

}  // namespace bispike
