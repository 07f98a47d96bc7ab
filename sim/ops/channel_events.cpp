// The rows in which each channel fired.
//
// Binary spikes: blocks of 64 rows by 64 channels are transposed as bits, then the places of the set bits of each
// channel are pressed together, a vector at a time.
#include "sim/ops/channel_events.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/channel_events.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <bit>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Writes places[i] for each bit i that is set in `bits` [64]; returns the end. Up to a vector more is overwritten.
HWY_INLINE uint32_t* press(uint64_t bits, const uint32_t* places, uint32_t* to) {
    const hn::CappedTag<uint32_t, 16> d;
    constexpr int kLanes = static_cast<int>(hn::MaxLanes(d));
    constexpr uint64_t kMask = (uint64_t{1} << kLanes) - 1;
    for (int i = 0; i < 64; i += kLanes) {
        const uint64_t part = bits >> i & kMask;
        uint8_t bytes[8];
        std::memcpy(bytes, &part, sizeof part);
        hn::StoreU(hn::Compress(hn::LoadU(d, places + i), hn::LoadMaskBits(d, bytes)), d, to);
        to += std::popcount(part);
    }
    return to;
}

/// The lists of 64 channels from their bits [words][64 channels], `words` times 64 rows. Returns the end of the last.
uint32_t* press_channels(const uint64_t* bits, int64_t words, int64_t channels, const uint32_t* places,
                         uint32_t* HWY_RESTRICT to, int64_t* HWY_RESTRICT counts) {
    for (int64_t c = 0; c < channels; ++c) {
        const uint32_t* const start = to;
        for (int64_t w = 0; w < words; ++w) to = press(bits[w * 64 + c], places + w * 64, to);
        counts[c] = to - start;
    }
    return to;
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>

namespace bispike {
namespace {

HWY_EXPORT(press_channels);

constexpr int64_t kSlack = 16;  // places that a vector may write past the end

/// 64 words of 64 bits, bit j of word i to bit i of word j (Warren, Hacker's Delight, 7-3).
void transpose(uint64_t* a) {
    uint64_t mask = 0x00000000FFFFFFFFu;
    for (int width = 32; width != 0; width >>= 1, mask ^= mask << width)
        for (int first = 0; first < 64; first += 2 * width)
            for (int k = first; k < first + width; ++k) {
                const uint64_t swapped = ((a[k] >> width) ^ a[k + width]) & mask;
                a[k] ^= swapped << width;
                a[k + width] ^= swapped;
            }
}

/// Bits of word `word` of all rows, [row words][64 channels]; rows past the end are silent.
void turn_bits(const SpikePart& b, int64_t word, std::span<uint64_t> bits) {
    std::ranges::fill(bits, 0);
    for (int64_t row = b.first; row < b.last; ++row)
        bits[static_cast<size_t>(row - b.first)] = b.spikes.fired(row)[word];
    for (size_t at = 0; at < bits.size(); at += 64) transpose(bits.data() + at);
}

void turn_binary(const SpikePart& b, std::span<const uint32_t> places, ChannelEvents& lists) {
    const int64_t words = (b.last - b.first + 63) / 64;
    AlignedVector<uint32_t> padded(static_cast<size_t>(words * 64));
    std::ranges::copy(places, padded.begin());
    AlignedVector<uint64_t> bits(padded.size());
    uint32_t* end = lists.place.data();
    for (int64_t channel = b.from; channel < b.to; channel += 64) {
        int64_t counts[64];
        const int64_t channels = std::min<int64_t>(64, b.to - channel);
        turn_bits(b, channel / 64, bits);
        end = HWY_DYNAMIC_DISPATCH(press_channels)(bits.data(), words, channels, padded.data(), end, counts);
        for (int64_t c = 0; c < channels; ++c) lists.begin.push_back(lists.begin.back() + counts[c]);
    }
}

void prepare(const SpikePart& b, ChannelEvents& lists) {
    const auto slots = static_cast<size_t>((b.last - b.first) * (b.to - b.from));
    lists.begin.assign(1, 0);
    lists.place.resize(slots + kSlack);  // room for every slot
    lists.value.resize(b.spikes.kind() == SpikeKind::binary ? 0 : slots);
}

}  // namespace

void turn(const SpikePart& b, std::span<const uint32_t> places, ChannelEvents& lists) {
    assert(static_cast<int64_t>(places.size()) == b.last - b.first);
    if (b.spikes.kind() != SpikeKind::binary || b.from % 64 != 0) return reference::turn(b, places, lists);
    prepare(b, lists);
    turn_binary(b, places, lists);
}

namespace reference {

void turn(const SpikePart& b, std::span<const uint32_t> places, ChannelEvents& lists) {
    prepare(b, lists);
    size_t end = 0;
    for (int64_t channel = b.from; channel < b.to; ++channel) {
        for (int64_t row = b.first; row < b.last; ++row) {
            const int value = b.spikes.value(row, channel);
            if (value == 0) continue;
            lists.place[end] = places[static_cast<size_t>(row - b.first)];
            if (!lists.value.empty()) lists.value[end] = static_cast<float>(value);
            ++end;
        }
        lists.begin.push_back(static_cast<int64_t>(end));
    }
}

}  // namespace reference
}  // namespace bispike
#endif
