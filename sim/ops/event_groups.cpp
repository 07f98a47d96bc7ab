// Rows of events, sorted by their number.
#include "sim/ops/event_groups.h"

#include <algorithm>

namespace bispike {

void EventGroups::lay_out(std::span<const int32_t> counts, bool with_values) {
    const auto rows = static_cast<int64_t>(counts.size()), places = rounded(rows);
    const int32_t most = counts.empty() ? 0 : *std::ranges::max_element(counts);
    const auto half = [](int32_t count) { return static_cast<size_t>((count + 1) / 2); };
    places_.assign(half(most) + 2, 0);  // [half a length + 1]: how many rows have it, then where they begin
    for (const int32_t count : counts) ++places_[half(count) + 1];
    places_[1] += static_cast<int32_t>(places - rows);  // rows that do not exist are empty
    for (size_t i = 1; i < places_.size(); ++i) places_[i] += places_[i - 1];
    order_.resize(static_cast<size_t>(places));
    int32_t* at = places_.data();
    for (int64_t row = 0; row < places; ++row)
        order_[static_cast<size_t>(at[row < rows ? half(counts[static_cast<size_t>(row)]) : 0]++)] =
            static_cast<int32_t>(row);

    groups_.resize(static_cast<size_t>(places / kRows));
    int64_t begin = 0;
    for (size_t g = 0; g < groups_.size(); ++g) {
        Group& group = groups_[g];
        std::copy_n(order_.data() + g * kRows, kRows, group.row.data());
        const auto last = static_cast<size_t>(group.row.back());  // rows come in the order of their lengths
        group.begin = begin;
        group.length = last < counts.size() ? static_cast<int32_t>(2 * half(counts[last])) : 0;
        begin += kRows * group.length;
    }
    offset_.resize(static_cast<size_t>(begin + Events::kSlack));
    value_.resize(with_values ? offset_.size() : 0);
}

EventGroups EventGroups::of(const Events& events, int64_t inputs) {
    AlignedVector<int32_t> counts(static_cast<size_t>(events.rows()));
    for (size_t r = 0; r < counts.size(); ++r) counts[r] = static_cast<int32_t>(events.count(static_cast<int64_t>(r)));
    EventGroups out;
    const auto zero = static_cast<uint32_t>(inputs * PackedMatrix::kPanel);
    out.build(counts, events.has_values(), zero, [&](int64_t row, uint32_t* to, float* value) {
        const int64_t begin = events.begin[static_cast<size_t>(row)], count = events.count(row);
        const uint32_t* from = events.channel.data() + begin;
        for (int64_t i = 0; i < count; ++i) to[i] = from[i] * static_cast<uint32_t>(PackedMatrix::kPanel);
        if (value != nullptr) std::copy_n(events.value.data() + begin, count, value);
    });
    return out;
}

}  // namespace bispike
