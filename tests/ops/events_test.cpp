// The lists of active channels.
#include "sim/ops/events.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/ops/spikes_of_density.h"

using namespace bispike;

namespace {

/// Whether the events are those that a loop over rows [first, last) and channels [from, to) finds.
void check_events(const Events& events, const Spikes& s, int64_t first, int64_t last, int64_t from, int64_t to) {
    REQUIRE(events.rows() == last - first);
    size_t at = 0;
    for (int64_t r = first; r < last; ++r) {
        REQUIRE(events.begin[static_cast<size_t>(r - first)] == static_cast<int64_t>(at));
        for (int64_t c = from; c < to; ++c) {
            if (s.value(r, c) == 0) continue;
            REQUIRE(at < events.channel.size());
            REQUIRE(events.channel[at] == c - from);
            if (events.has_values()) REQUIRE(events.value[at] == static_cast<float>(s.value(r, c)));
            ++at;
        }
        REQUIRE(events.count(r - first) == static_cast<int64_t>(at) - events.begin[static_cast<size_t>(r - first)]);
    }
    REQUIRE(events.channel.size() == at);
}

}  // namespace

TEST_CASE("events by hand: ascending channels, row after row") {
    const Spikes s = Spikes::from(Tensor({3, 4}, {0, 1, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0}), SpikeKind::bipolar);
    const Events e = events_of(s, 0, 3);
    CHECK(std::vector<uint32_t>(e.channel.begin(), e.channel.end()) == std::vector<uint32_t>{1, 3, 0});
    CHECK(std::vector<float>(e.value.begin(), e.value.end()) == std::vector<float>{1, -1, -1});
    CHECK(std::vector<int64_t>(e.begin.begin(), e.begin.end()) == std::vector<int64_t>{0, 2, 2, 3});
}

TEST_CASE("events are the spikes of a row, at any width and density") {
    for (const SpikeKind kind : kSpikeKinds)
        for (const int64_t channels : {1, 63, 64, 65, 130})
            for (const float density : {0.0f, 0.1f, 0.6f, 1.0f}) {
                CAPTURE(channels);
                CAPTURE(density);
                const Spikes s = spikes_of_density({6, channels}, kind, density, 1);
                check_events(events_of(s, 0, 6), s, 0, 6, 0, channels);
                check_events(events_of(s, 2, 5), s, 2, 5, 0, channels);
                CHECK(events_of(s, 0, 6).value.size() ==
                      (kind == SpikeKind::binary ? 0 : static_cast<size_t>(s.count())));
            }
}

TEST_CASE("events of some channels are numbered from the first of them, whatever words they lie in") {
    const std::pair<int64_t, int64_t> ranges[] = {{0, 64},  {64, 128}, {60, 70}, {1, 2},
                                                  {63, 64}, {64, 65},  {5, 200}, {128, 200}};
    for (const SpikeKind kind : kSpikeKinds) {
        const Spikes s = spikes_of_density({4, 200}, kind, 0.5f, 2);
        for (const auto& range : ranges) {
            const auto from = range.first, to = range.second;
            CAPTURE(from);
            CAPTURE(to);
            check_events(events_of(s, 1, 4, from, to), s, 1, 4, from, to);
        }
    }
}

TEST_CASE("no rows give no events") {
    const Events e = events_of(Spikes({3, 5}, SpikeKind::binary), 2, 2);
    CHECK(e.rows() == 0);
    CHECK(e.channel.empty());
}
