// Sums over packed spikes and over weights that are not 0, for each instruction set: the inner loops of counting.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/bits.h"

namespace bispike {

/// totals[c] += bit c of each row, one row after the other; `totals` has a place for each bit of a row.
void add_bits(std::span<const uint64_t> rows, int64_t words, std::span<uint32_t> totals);

/// sums[p] = sum of the values of bits that are set in part p of a row; `values` as `totals` above, sums [parts].
void sum_bits_by_part(const uint64_t* row, const BitParts& parts, std::span<const uint32_t> values,
                      std::span<uint32_t> sums);

/// counts[j] = rows whose value j is not 0: [rows, counts.size()].
void count_columns(const float* values, int64_t rows, std::span<uint32_t> counts);

}  // namespace bispike
