// Rows of events in the order in which the event-driven kernel walks them.
#pragma once

#include <array>
#include <span>

#include "sim/ops/events.h"
#include "sim/ops/packed_matrix.h"

namespace bispike {

/// Rows of about the same number of events stand in groups, and each group fills its rows up to one even length with an
/// event of the row of zeros behind a panel's weights. So four chains of additions run side by side, two events at a
/// time, and the loop over them ends where the branch predictor expects it. Sums that start at a bias are never -0, so
/// adding a zero changes no bit. An event is where the weights of its channel begin in a panel, in elements.
class EventGroups {
public:
    static constexpr int64_t kRows = 4;  // of a group

    struct Group {
        int64_t begin;                   // of the first row's events; the next row's follow
        int32_t length;                  // events of each row, even
        std::array<int32_t, kRows> row;  // which rows; numbers from rows() on stand for none
    };

    /// Makes room for rows of counts[r] events, then calls write(row, offsets, values) for each row, where it must put
    /// that many events, channels ascending; `values` is null unless asked for. It may write up to Events::kSlack
    /// offsets more. `zero` is the offset of the row of zeros.
    template <class Write>
    void build(std::span<const int32_t> counts, bool with_values, uint32_t zero, Write write) {
        lay_out(counts, with_values);
        for (const Group& group : groups_)
            for (int64_t r = 0; r < kRows; ++r) {
                const int64_t begin = group.begin + r * group.length;
                const auto row = static_cast<size_t>(group.row[static_cast<size_t>(r)]);
                uint32_t* const to = offset_.data() + begin;
                float* const value = with_values ? value_.data() + begin : nullptr;
                const int32_t count = row < counts.size() ? counts[row] : 0;
                if (count > 0) write(static_cast<int64_t>(row), to, value);
                std::fill(to + count, to + group.length, zero);
                if (value != nullptr) std::fill(value + count, value + group.length, 0.0f);
            }
    }
    /// All rows of `events`, for weights of that many inputs.
    static EventGroups of(const Events& events, int64_t inputs);

    /// A destination needs room for rows() rounded up to whole groups.
    static int64_t rounded(int64_t rows) { return (rows + kRows - 1) / kRows * kRows; }
    std::span<const Group> groups() const { return groups_; }
    const uint32_t* offsets() const { return offset_.data(); }
    /// Null: every value is 1.
    const float* values() const { return value_.empty() ? nullptr : value_.data(); }

private:
    void lay_out(std::span<const int32_t> counts, bool with_values);

    AlignedVector<Group> groups_;
    AlignedVector<uint32_t> offset_;
    AlignedVector<float> value_;             // same places, or empty
    AlignedVector<int32_t> order_, places_;  // scratch of the sort
};

/// y[row] = start + the sum of the weights of its events, times their values: one chain of (fused multiply-)additions
/// in the order of the events. `panel` are [inputs + 1][32] weights, `start` is [32], or null: the sums in y go on.
/// y holds whole groups of rows, 32 columns each, `stride` apart.
void add_events(const EventGroups& x, const float* panel, const float* start, float* y, int64_t stride);

}  // namespace bispike
