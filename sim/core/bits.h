// Counting and finding bits, for each instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace bispike {

/// Bits that are set in `words`.
int64_t count_bits(std::span<const uint64_t> words);

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
