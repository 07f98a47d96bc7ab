// Memory for large arrays.
#include "sim/core/large_blocks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>

#include "sim/core/aligned.h"

using namespace bispike;

namespace {

std::uintptr_t address(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }

}  // namespace

TEST_CASE("large blocks do not overlap, and are aligned to a page") {
    const std::array<std::size_t, 4> sizes = {kLargeBlock, kLargeBlock + 1, 3 * kLargeBlock, kLargeBlock};
    std::array<void*, 4> blocks = {};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        blocks[i] = take_large_block(sizes[i]);
        CHECK(address(blocks[i]) % 4096 == 0);
        std::memset(blocks[i], static_cast<int>(i) + 1, sizes[i]);
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto* bytes = static_cast<const unsigned char*>(blocks[i]);
        CHECK(std::accumulate(bytes, bytes + sizes[i], std::size_t{0}) == (i + 1) * sizes[i]);
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) give_large_block(blocks[i], sizes[i]);
}

TEST_CASE("a block that was given back is used again, and neighbours join") {
    constexpr std::size_t kHalf = 512 * kLargeBlock;  // larger than any hole; never touched, so it costs no memory
    void* const first = take_large_block(kHalf);
    void* const second = take_large_block(kHalf);
    void* const guard = take_large_block(kLargeBlock);
    give_large_block(first, kHalf);
    CHECK(take_large_block(kHalf) == first);
    give_large_block(second, kHalf);
    give_large_block(first, kHalf);
    void* const both = take_large_block(2 * kHalf);
    CHECK(both == std::min(first, second));
    give_large_block(both, 2 * kHalf);
    give_large_block(guard, kLargeBlock);
}

TEST_CASE("a vector that grows past the size of a large block keeps its values") {
    AlignedVector<float> v;
    for (int i = 0; i < 600000; ++i) v.push_back(static_cast<float>(i));
    for (int i = 0; i < 600000; ++i) REQUIRE(v[static_cast<std::size_t>(i)] == static_cast<float>(i));
}
