// The inner loops of counting against plain ones, for each instruction set.
#include "sim/energy/bit_sums.h"

#include <doctest/doctest.h>

#include <vector>

#include "sim/core/rng.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

constexpr int64_t kRows = 300;  // more than a byte counts

bool bit(const std::vector<uint64_t>& words, int64_t at) {
    return (words[static_cast<size_t>(at / 64)] >> at % 64 & 1) != 0;
}

}  // namespace

TEST_CASE("bits are summed by channel and by part") {
    Rng rng(1, "bit sums");
    for (const BitParts& p :
         {BitParts{1, 4, 16}, BitParts{2, 4, 24}, BitParts{2, 5, 20}, BitParts{3, 1, 130}, BitParts{6, 12, 32}}) {
        std::vector<uint64_t> words(static_cast<size_t>(kRows * p.words));
        std::vector<uint32_t> values(static_cast<size_t>(64 * p.words)), expected(values.size(), 5);
        for (uint32_t& v : values) v = static_cast<uint32_t>(rng.below(200));
        for (int64_t row = 0; row < kRows; ++row)
            for (int64_t c = 0; c < p.parts * p.width; ++c)
                if (rng.below(3) == 0) {
                    words[static_cast<size_t>(row * p.words + c / 64)] |= uint64_t{1} << c % 64;
                    ++expected[static_cast<size_t>(c)];
                }
        on_each_fused_target([&] {
            std::vector<uint32_t> totals(values.size(), 5);
            add_bits(words, p.words, totals);
            CHECK(totals == expected);
            std::vector<uint32_t> sums(static_cast<size_t>(p.parts));
            sum_bits_by_part(words.data() + 2 * p.words, p, values, sums);
            for (int64_t part = 0; part < p.parts; ++part) {
                uint32_t sum = 0;
                for (int64_t c = part * p.width; c < (part + 1) * p.width; ++c)
                    if (bit(words, 2 * 64 * p.words + c)) sum += values[static_cast<size_t>(c)];
                CHECK(sums[static_cast<size_t>(part)] == sum);
            }
        });
    }
}

TEST_CASE("values that are not 0 are counted by column") {
    Rng rng(2, "columns");
    for (const int64_t columns : {1, 9, 16, 49, 64}) {
        std::vector<float> values(static_cast<size_t>(kRows * columns));
        std::vector<uint32_t> expected(static_cast<size_t>(columns));
        for (size_t i = 0; i < values.size(); ++i)
            if (rng.below(2) == 0) values[i] = -1.5f, ++expected[i % static_cast<size_t>(columns)];
        on_each_fused_target([&] {
            std::vector<uint32_t> counts(expected.size(), 9);
            count_columns(values.data(), kRows, counts);
            CHECK(counts == expected);
        });
    }
}
