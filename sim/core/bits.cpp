// Counting and finding bits, for each instruction set: there are instructions for both.
#include "sim/core/bits.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/core/bits.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <bit>

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

int64_t count_bits(std::span<const uint64_t> words) {
    int64_t n = 0;
    for (const uint64_t word : words) n += std::popcount(word);
    return n;
}

/// Whole rows: the parts are the words.
void count_rows(const uint64_t* word, int64_t words, std::span<uint32_t> counts) {
    for (uint32_t& count : counts) {
        int n = 0;
        for (int64_t w = 0; w < words; ++w) n += std::popcount(*word++);
        count = static_cast<uint32_t>(n);
    }
}

/// Half a word each.
void count_halves(std::span<const uint64_t> words, std::span<uint32_t> counts) {
    uint32_t* to = counts.data();
    for (const uint64_t word : words) {
        *to++ = static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(word)));
        *to++ = static_cast<uint32_t>(std::popcount(word >> 32));
    }
}

void count_bits_by_part(std::span<const uint64_t> words, const BitParts& p, std::span<uint32_t> counts) {
    if (p.parts == 1) return count_rows(words.data(), p.words, counts);
    if (p.width == 32 && p.parts == 2 * p.words) return count_halves(words, counts);
    uint32_t* to = counts.data();
    for (const uint64_t* row = words.data(); row != words.data() + words.size(); row += p.words)
        for (int64_t part = 0; part < p.parts; ++part) {
            int n = 0;
            for (int64_t bit = 0; bit < p.width; bit += 64)
                n += std::popcount(some_bits(row, part * p.width + bit, p.width - bit < 64 ? p.width - bit : 64));
            *to++ = static_cast<uint32_t>(n);
        }
}

/// Eight bits at a time without a look at how many there are: what is written too much is written over. A branch for
/// each bit would be missed once a word.
uint32_t* decode_bits(std::span<const uint64_t> words, uint32_t first, uint32_t step, uint32_t* to) {
    for (uint64_t bits : words) {
        const int count = std::popcount(bits);
        for (int done = 0; done < count; done += 8)
            for (int i = 0; i < 8; ++i, bits &= bits - 1)
                to[done + i] = first + step * static_cast<uint32_t>(std::countr_zero(bits));
        to += count;
        first += 64 * step;
    }
    return to;
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(count_bits);
HWY_EXPORT(count_bits_by_part);
HWY_EXPORT(decode_bits);

int64_t count_bits(std::span<const uint64_t> words) { return HWY_DYNAMIC_DISPATCH(count_bits)(words); }

void count_bits_by_part(std::span<const uint64_t> words, const BitParts& parts, std::span<uint32_t> counts) {
    HWY_DYNAMIC_DISPATCH(count_bits_by_part)(words, parts, counts);
}

uint32_t* decode_bits(std::span<const uint64_t> words, uint32_t first, uint32_t step, uint32_t* to) {
    return HWY_DYNAMIC_DISPATCH(decode_bits)(words, first, step, to);
}

}  // namespace bispike
#endif
