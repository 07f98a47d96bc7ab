// The active channels of each row.
#include "sim/ops/events.h"

#include <bit>

namespace bispike {
namespace {

/// The bits of `word` (number `index` in its row) that lie in channels [from, to).
uint64_t window(uint64_t word, int64_t index, int64_t from, int64_t to) {
    const int64_t low = from - index * 64, high = to - index * 64;
    if (low > 0) word = low >= 64 ? 0 : word & (~uint64_t{0} << low);
    if (high < 64) word = high <= 0 ? 0 : word & ~(~uint64_t{0} << high);
    return word;
}

void append_row(const Spikes& s, int64_t row, int64_t from, int64_t to, Events& out) {
    for (int64_t w = from / 64; w * 64 < to; ++w)
        for (uint64_t bits = window(s.fired(row)[w], w, from, to); bits != 0; bits &= bits - 1) {
            const int64_t channel = w * 64 + std::countr_zero(bits);
            out.channel.push_back(static_cast<uint32_t>(channel - from));
            if (out.has_values()) out.value.push_back(static_cast<float>(s.value(row, channel)));
        }
    out.end_row();
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
    out.begin.reserve(static_cast<size_t>(last - first + 1));
    for (int64_t row = first; row < last; ++row) append_row(spikes, row, from, to, out);
    return out;
}

}  // namespace bispike
