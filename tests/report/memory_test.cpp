// Peak memory.
#include "sim/report/memory.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace bispike {

TEST_CASE("peak memory grows with what is used and does not shrink when it is freed") {
    constexpr std::size_t bytes = std::size_t{64} << 20;
    constexpr uint64_t rough = 2 << 20;  // the kernel counts pages for each processor, and adds up roughly
    const uint64_t before = peak_memory_bytes();
    CHECK(before > (1u << 20));
    uint64_t during = 0;
    {
        const std::vector<char> used(bytes, 'x');
        during = peak_memory_bytes();
        CHECK(used.back() == 'x');
    }
    CHECK(during >= bytes);
    CHECK(during + rough >= before);
    CHECK(peak_memory_bytes() + rough >= during);
}

}  // namespace bispike
