// Sums over bits, eight of them at a time.
#include "sim/energy/bit_sums.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/energy/bit_sums.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <algorithm>
#include <bit>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

using Lanes = hn::CappedTag<uint32_t, 8>;  // of which a word holds a whole number

/// The lanes whose bit is set, from bit c of a row on.
HWY_INLINE hn::Mask<Lanes> lanes_set(const uint64_t* row, int64_t c, hn::Vec<Lanes> lane_bit) {
    const auto bits = static_cast<uint32_t>(row[c / 64] >> (c % 64));
    return hn::TestBit(hn::Set(Lanes(), bits), lane_bit);
}

/// Of at most 255 rows, so that a byte holds each sum.
void add_some_bits(const uint64_t* rows, int64_t count, int64_t words, uint32_t* totals) {
    const hn::CappedTag<uint8_t, 64> d;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    HWY_ALIGN uint8_t sums[64];
    for (int64_t c = 0; c < 64 * words; c += lanes) {
        const auto* bits = reinterpret_cast<const uint8_t*>(rows) + c / 8;
        auto sum = hn::Zero(d);
        for (int64_t r = 0; r < count; ++r)
            sum = hn::Add(sum, hn::IfThenElseZero(hn::LoadMaskBits(d, bits + r * words * 8), hn::Set(d, 1)));
        hn::Store(sum, d, sums);
        for (int64_t i = 0; i < lanes; ++i) totals[c + i] += sums[i];
    }
}

/// Without vectors of whole bytes of bits: one bit after the other.
void add_each_bit(std::span<const uint64_t> rows, int64_t words, std::span<uint32_t> totals) {
    for (size_t at = 0; at < rows.size(); ++at)
        for (uint64_t rest = rows[at]; rest != 0; rest &= rest - 1)
            ++totals[at % static_cast<size_t>(words) * 64 + static_cast<size_t>(std::countr_zero(rest))];
}

void add_bits(std::span<const uint64_t> rows, int64_t words, std::span<uint32_t> totals) {
    if (hn::Lanes(hn::CappedTag<uint8_t, 64>()) < 8) return add_each_bit(rows, words, totals);
    constexpr int64_t kMost = 255;
    const int64_t count = static_cast<int64_t>(rows.size()) / words;
    for (int64_t first = 0; first < count; first += kMost)
        add_some_bits(rows.data() + first * words, std::min(kMost, count - first), words, totals.data());
}

/// Parts that are no whole number of lanes: bit by bit.
void sum_each_bit(const uint64_t* row, const BitParts& p, std::span<const uint32_t> values, std::span<uint32_t> sums) {
    std::ranges::fill(sums, 0u);
    for (int64_t w = 0; w < p.words; ++w)
        for (uint64_t rest = row[w]; rest != 0; rest &= rest - 1) {
            const int64_t c = w * 64 + std::countr_zero(rest);
            sums[static_cast<size_t>(c / p.width)] += values[static_cast<size_t>(c)];
        }
}

void sum_bits_by_part(const uint64_t* row, const BitParts& p, std::span<const uint32_t> values,
                      std::span<uint32_t> sums) {
    const Lanes d;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    if (p.width % lanes != 0) return sum_each_bit(row, p, values, sums);
    const auto lane_bit = hn::Shl(hn::Set(d, 1), hn::Iota(d, 0));
    for (int64_t part = 0; part < p.parts; ++part) {
        auto sum = hn::Zero(d);
        for (int64_t c = part * p.width; c < (part + 1) * p.width; c += lanes)
            sum = hn::Add(sum, hn::IfThenElseZero(lanes_set(row, c, lane_bit), hn::LoadU(d, values.data() + c)));
        sums[static_cast<size_t>(part)] = hn::GetLane(hn::SumOfLanes(d, sum));
    }
}

void count_columns(const float* values, int64_t rows, std::span<uint32_t> counts) {
    const hn::CappedTag<float, 16> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d)), columns = static_cast<int64_t>(counts.size());
    int64_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
        auto sum = hn::Zero(du);
        for (int64_t i = 0; i < rows; ++i) {
            const auto used = hn::Ne(hn::LoadU(d, values + i * columns + j), hn::Zero(d));
            sum = hn::Add(sum, hn::IfThenElseZero(hn::RebindMask(du, used), hn::Set(du, 1)));
        }
        hn::StoreU(sum, du, counts.data() + j);
    }
    for (; j < columns; ++j) {
        uint32_t sum = 0;
        for (int64_t i = 0; i < rows; ++i) sum += values[i * columns + j] != 0.0f;
        counts[static_cast<size_t>(j)] = sum;
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(add_bits);
HWY_EXPORT(sum_bits_by_part);
HWY_EXPORT(count_columns);

void add_bits(std::span<const uint64_t> rows, int64_t words, std::span<uint32_t> totals) {
    HWY_DYNAMIC_DISPATCH(add_bits)(rows, words, totals);
}

void sum_bits_by_part(const uint64_t* row, const BitParts& parts, std::span<const uint32_t> values,
                      std::span<uint32_t> sums) {
    HWY_DYNAMIC_DISPATCH(sum_bits_by_part)(row, parts, values, sums);
}

void count_columns(const float* values, int64_t rows, std::span<uint32_t> counts) {
    HWY_DYNAMIC_DISPATCH(count_columns)(values, rows, counts);
}

}  // namespace bispike
#endif
