// Counting and finding bits, for each instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace bispike {

/// Bits that are set in `words`.
int64_t count_bits(std::span<const uint64_t> words);

/// Bits [first, first + count) of a row as the low bits of a word; 1 <= count <= 64.
inline uint64_t some_bits(const uint64_t* row, int64_t first, int64_t count) {
    const int64_t word = first / 64, shift = first % 64;
    uint64_t bits = row[word] >> shift;
    if (shift + count > 64) bits |= row[word + 1] << (64 - shift);
    return count == 64 ? bits : bits & ((uint64_t{1} << count) - 1);
}

/// How the bits of a row divide into parts: part p owns bits [p * width, (p + 1) * width).
struct BitParts {
    int64_t words, parts, width;  // words of a row; parts * width <= 64 * words
};
/// Bits that are set in each part of each row, one row after the other: counts [rows, parts].
void count_bits_by_part(std::span<const uint64_t> words, const BitParts& parts, std::span<uint32_t> counts);

/// Writes first + step * i for each bit i that is set in `words`, ascending, and returns the end. May write up to 8
/// elements more.
uint32_t* decode_bits(std::span<const uint64_t> words, uint32_t first, uint32_t step, uint32_t* to);

}  // namespace bispike
