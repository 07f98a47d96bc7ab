// The events of a window.
#include "sim/ops/window_lists.h"

#include <doctest/doctest.h>

#include <vector>

using namespace bispike;

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
