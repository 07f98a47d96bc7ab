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
HWY_EXPORT(decode_bits);

int64_t count_bits(std::span<const uint64_t> words) { return HWY_DYNAMIC_DISPATCH(count_bits)(words); }

uint32_t* decode_bits(std::span<const uint64_t> words, uint32_t first, uint32_t step, uint32_t* to) {
    return HWY_DYNAMIC_DISPATCH(decode_bits)(words, first, step, to);
}

}  // namespace bispike
#endif
