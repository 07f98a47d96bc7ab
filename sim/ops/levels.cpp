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

void store(uint64_t bytes, int8_t* to, int64_t count) { std::memcpy(to, &bytes, static_cast<size_t>(count)); }

uint64_t load(const int8_t* from, int64_t count) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, from, static_cast<size_t>(count));
    return bytes;
}

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
    const auto group = [&](int64_t c) {
        // 0x01 + 0xFE = 0xFF: a fired negative slot becomes -1 without a carry into the next byte.
        return bytes_of(group_bits(fired, c)) + bytes_of(group_bits(negative, c)) * 0xFE;
    };
    const int64_t whole = channels - channels % kGroup;
    for (int64_t c = 0; c < whole; c += kGroup) store(group(c), to + c, kGroup);
    if (whole < channels) store(group(whole), to + whole, channels - whole);
}

void pack_levels(Spikes& spikes, int64_t row) {
    assert(has_levels(spikes.kind()));
    const int64_t channels = spikes.channels(), whole = channels - channels % kGroup;
    const int8_t* levels = spikes.levels(row);
    for (int64_t word = 0; word < spikes.words(); ++word) {
        uint64_t fired = 0, negative = 0;
        const auto set = [&](int64_t c, uint64_t bytes) {
            fired |= bits_of(nonzero_tops(bytes)) << (c % 64);
            negative |= bits_of(bytes) << (c % 64);
        };
        const int64_t end = std::min(whole, 64 * (word + 1));
        for (int64_t c = 64 * word; c < end; c += kGroup) set(c, load(levels + c, kGroup));
        if (whole < channels && word == whole / 64) set(whole, load(levels + whole, channels - whole));
        spikes.fired(row)[word] = fired;
        spikes.negative(row)[word] = negative;
    }
}

}  // namespace bispike
