// Bits to bytes and back, eight channels at a time in one 64-bit register.
#include "sim/ops/levels.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace bispike {
namespace {

static_assert(std::endian::native == std::endian::little, "channel order in a word is that of its bytes");

constexpr uint64_t kOnes = 0x0101010101010101, kLow7 = 0x7F7F7F7F7F7F7F7F, kTop = 0x8080808080808080;
constexpr int kGroup = 8;  // channels in a register

/// Bit i of `bits` to the lowest bit of byte i.
uint64_t bytes_of(uint64_t bits) {
    const uint64_t own = (bits & 0xFF) * kOnes & 0x8040201008040201;  // byte i keeps bit i alone
    return ((own + kLow7) | own) >> 7 & kOnes;
}

/// The top bit of byte i to bit i.
uint64_t bits_of(uint64_t tops) { return ((tops & kTop) >> 7) * 0x0102040810204080 >> 56; }

uint64_t nonzero_tops(uint64_t bytes) { return ((bytes & kLow7) + kLow7) | bytes; }

uint64_t group_bits(const uint64_t* words, int64_t channel) {
    return words == nullptr ? 0 : words[channel / 64] >> (channel % 64);
}

}  // namespace

void unpack_levels(const Spikes& spikes, int64_t row, int8_t* to) {
    const int64_t channels = spikes.channels();
    if (const int8_t* levels = spikes.levels(row)) {
        std::copy_n(levels, channels, to);
        return;
    }
    const uint64_t *fired = spikes.fired(row), *negative = spikes.negative(row);
    for (int64_t c = 0; c < channels; c += kGroup) {
        // 0x01 + 0xFE = 0xFF: a fired negative slot becomes -1 without a carry into the next byte.
        const uint64_t bytes = bytes_of(group_bits(fired, c)) + bytes_of(group_bits(negative, c)) * 0xFE;
        std::memcpy(to + c, &bytes, static_cast<size_t>(std::min<int64_t>(kGroup, channels - c)));
    }
}

void pack_levels(Spikes& spikes, int64_t row) {
    assert(spikes.kind() == SpikeKind::integer);
    const int64_t channels = spikes.channels();
    const int8_t* levels = spikes.levels(row);
    uint64_t *fired = spikes.fired(row), *negative = spikes.negative(row);
    std::fill_n(fired, spikes.words(), 0);
    std::fill_n(negative, spikes.words(), 0);
    for (int64_t c = 0; c < channels; c += kGroup) {
        uint64_t bytes = 0;
        std::memcpy(&bytes, levels + c, static_cast<size_t>(std::min<int64_t>(kGroup, channels - c)));
        fired[c / 64] |= bits_of(nonzero_tops(bytes)) << (c % 64);
        negative[c / 64] |= bits_of(bytes) << (c % 64);
    }
}

}  // namespace bispike
