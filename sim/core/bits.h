// Counting and finding bits, for each instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace bispike {

/// Bits that are set in `words`.
int64_t count_bits(std::span<const uint64_t> words);

/// Writes first + step * i for each bit i that is set in `words`, ascending, and returns the end. May write up to 8
/// elements more.
uint32_t* decode_bits(std::span<const uint64_t> words, uint32_t first, uint32_t step, uint32_t* to);

}  // namespace bispike
