// The active channels of each row.
#include "sim/ops/events.h"

#include <bit>

#include "sim/core/bits.h"

namespace bispike {
namespace {

/// The bits of `word` (number `index` in its row) that lie in channels [from, to).
uint64_t window(uint64_t word, int64_t index, int64_t from, int64_t to) {
    const int64_t low = from - index * 64, high = to - index * 64;
    if (low > 0) word = low >= 64 ? 0 : word & (~uint64_t{0} << low);
    if (high < 64) word = high <= 0 ? 0 : word & ~(~uint64_t{0} << high);
    return word;
}

/// Writes the channels of one row from `to` on; returns the end.
uint32_t* write_row(const uint64_t* fired, int64_t from, int64_t to, uint32_t* out) {
    for (int64_t w = from / 64; w * 64 < to; ++w)
        for (uint64_t bits = window(fired[w], w, from, to); bits != 0; bits &= bits - 1)
            *out++ = static_cast<uint32_t>(w * 64 + std::countr_zero(bits) - from);
    return out;
}

}  // namespace

void Events::clear(bool with_values) {
    begin.assign(1, 0);
    channel.clear();
    value.clear();
    with_values_ = with_values;
}

Events events_of(const Spikes& spikes, int64_t first, int64_t last) {
    return events_of(spikes, first, last, 0, spikes.channels());
}

Events events_of(const Spikes& spikes, int64_t first, int64_t last, int64_t from, int64_t to) {
    Events out;
    out.clear(spikes.kind() != SpikeKind::binary);
    out.begin.resize(static_cast<size_t>(last - first + 1));
    // Room for every slot, cut below, and for those who read whole vectors of the last row.
    out.channel.resize(static_cast<size_t>((last - first) * (to - from) + Events::kSlack));
    uint32_t* end = out.channel.data();
    const bool whole_words = from % 64 == 0 && (to % 64 == 0 || to == spikes.channels());  // beyond C no bit is set
    for (int64_t row = first; row < last; ++row) {
        if (whole_words)
            end = decode_bits({spikes.fired(row) + from / 64, spikes.fired(row) + (to + 63) / 64}, 0, 1, end);
        else
            end = write_row(spikes.fired(row), from, to, end);
        out.begin[static_cast<size_t>(row - first) + 1] = end - out.channel.data();
    }
    out.channel.resize(static_cast<size_t>(end - out.channel.data()));
    if (!out.has_values()) return out;
    out.value.resize(out.channel.size());
    for (int64_t r = 0; r < out.rows(); ++r)
        for (auto i = out.begin[static_cast<size_t>(r)]; i < out.begin[static_cast<size_t>(r) + 1]; ++i)
            out.value[static_cast<size_t>(i)] =
                static_cast<float>(spikes.value(first + r, from + out.channel[static_cast<size_t>(i)]));
    return out;
}

}  // namespace bispike
