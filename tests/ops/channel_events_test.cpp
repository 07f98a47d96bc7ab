// Spikes turned on their side: a list of rows for each channel.
#include "sim/ops/channel_events.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/ops/each_target.h"
#include "tests/ops/spikes_of_density.h"

using namespace bispike;

namespace {

std::vector<uint32_t> places_for(int64_t rows) {
    std::vector<uint32_t> places(static_cast<size_t>(rows));
    for (size_t i = 0; i < places.size(); ++i) places[i] = static_cast<uint32_t>(1000 + 3 * i);
    return places;
}

void check_same(const ChannelEvents& a, const ChannelEvents& b) {
    REQUIRE(std::ranges::equal(a.begin, b.begin));
    CHECK(std::equal(a.place.begin(), a.place.begin() + a.begin.back(), b.place.begin()));
    REQUIRE(a.value.size() == b.value.size());
    if (!a.value.empty()) CHECK(std::equal(a.value.begin(), a.value.begin() + a.begin.back(), b.value.begin()));
}

}  // namespace

TEST_CASE("lists by hand: three rows of two channels") {
    const Spikes x = Spikes::from(Tensor({3, 2}, {1, 0, -1, 1, 0, -1}), SpikeKind::bipolar);
    ChannelEvents lists;
    turn({x, 0, 3, 0, 2}, std::vector<uint32_t>{5, 6, 9}, lists);
    CHECK(lists.channels() == 2);
    CHECK(std::ranges::equal(lists.begin, std::vector<int64_t>{0, 2, 4}));
    CHECK(std::equal(lists.place.begin(), lists.place.begin() + 4, std::vector<uint32_t>{5, 6, 6, 9}.begin()));
    CHECK(std::equal(lists.value.begin(), lists.value.begin() + 4, std::vector<float>{1, -1, 1, -1}.begin()));
}

TEST_CASE("lists of any block are those of the plain loops, on every instruction set") {
    constexpr int64_t kRows = 200, kChannels = 150;
    on_each_fused_target([] {
        for (const SpikeKind kind : kSpikeKinds)
            for (const float density : {0.0f, 0.1f, 0.6f, 1.0f}) {
                CAPTURE(density);
                const Spikes x = spikes_of_density({kRows, kChannels}, kind, density, 3);
                for (const SpikePart& b : {SpikePart{x, 0, kRows, 0, kChannels}, SpikePart{x, 7, 71, 64, 150},
                                           SpikePart{x, 190, 191, 0, 1}, SpikePart{x, 3, 131, 10, 100}}) {
                    ChannelEvents fast, plain;
                    turn(b, places_for(b.last - b.first), fast);
                    reference::turn(b, places_for(b.last - b.first), plain);
                    check_same(fast, plain);
                }
            }
    });
}
