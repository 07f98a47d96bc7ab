// From bits to lists.
#include "sim/ops/decode.h"

#include <doctest/doctest.h>

#include <bit>
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

TEST_CASE("a window gathers the lists of its taps and leaves out those outside the image") {
    const std::vector<int64_t> begin = {0, 2, 2, 22};  // three pixels
    std::vector<uint32_t> channel(22 + 16);
    for (uint32_t i = 0; i < 22; ++i) channel[i] = i < 2 ? 5 + i : i - 2;
    const std::vector<int32_t> source = {2, -1, 0, 1};
    const WindowLists all{begin.data(), channel.data(), source.data(), 0, 4};
    CHECK(count_window(all) == 22);
    CHECK(count_window({begin.data(), channel.data(), source.data(), 1, 3}) == 2);

    std::vector<uint32_t> to(22 + 16);
    CHECK(gather_window(all, 100, 32, to.data()) == to.data() + 22);
    for (uint32_t i = 0; i < 20; ++i) CHECK(to[i] == 32 * i);
    CHECK(to[20] == 32 * 205);
    CHECK(to[21] == 32 * 206);
}
