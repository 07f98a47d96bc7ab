// From bits to lists.
#include "sim/core/bits.h"

#include <doctest/doctest.h>

#include <vector>

#include "sim/core/rng.h"

using namespace bispike;

namespace {

std::vector<uint32_t> decoded(const std::vector<uint64_t>& words, uint32_t first, uint32_t step) {
    std::vector<uint32_t> to(words.size() * 64 + 8);
    to.resize(static_cast<size_t>(decode_bits(words, first, step, to.data()) - to.data()));
    return to;
}

std::vector<uint32_t> plain(const std::vector<uint64_t>& words, uint32_t first, uint32_t step) {
    std::vector<uint32_t> to;
    for (uint32_t i = 0; i < words.size() * 64; ++i)
        if (words[i / 64] >> i % 64 & 1) to.push_back(first + step * i);
    return to;
}

}  // namespace

TEST_CASE("bits become lists, however many a word has") {
    Rng rng(1, "bits");
    for (const int density : {0, 1, 5, 20, 63, 64})
        for (const size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{7}}) {
            std::vector<uint64_t> words(count);
            for (uint64_t& word : words)
                for (int bit = 0; bit < 64; ++bit) word |= static_cast<uint64_t>(rng.below(64) < density) << bit;
            CHECK(decoded(words, 3, 1) == plain(words, 3, 1));
            CHECK(decoded(words, 96, 32) == plain(words, 96, 32));
            CHECK(count_bits(words) == static_cast<int64_t>(plain(words, 0, 1).size()));
        }
}

TEST_CASE("bits are counted by the parts of rows, wherever the parts begin") {
    Rng rng(2, "bits");
    for (const BitParts& p : {BitParts{1, 1, 64}, BitParts{3, 1, 130}, BitParts{2, 4, 32}, BitParts{2, 5, 24},
                              BitParts{3, 2, 96}, BitParts{6, 12, 32}, BitParts{1, 64, 1}}) {
        constexpr int64_t kRows = 5;
        std::vector<uint64_t> words(static_cast<size_t>(kRows * p.words));
        std::vector<uint32_t> expected(static_cast<size_t>(kRows * p.parts)), counts(expected.size(), 99);
        for (int64_t row = 0; row < kRows; ++row)
            for (int64_t bit = 0; bit < p.parts * p.width; ++bit)
                if (rng.below(3) == 0) {
                    words[static_cast<size_t>(row * p.words + bit / 64)] |= uint64_t{1} << bit % 64;
                    ++expected[static_cast<size_t>(row * p.parts + bit / p.width)];
                }
        count_bits_by_part(words, p, counts);
        CHECK(counts == expected);
    }
}
