// Events to frames: every split by hand, bad input, and a real recording.
#include "datasets/event_frames.h"

#include <doctest/doctest.h>

#include <numeric>

#include "datasets/nmnist.h"
#include "sim/core/error.h"
#include "sim/core/settings.h"
#include "tests/datasets/nmnist_data.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

/// A sensor of one pixel on which ON events come at the given times.
EventRecording at_times(std::initializer_list<int64_t> times) {
    EventRecording recording{1, 1, {}};
    for (const int64_t t : times) recording.events.push_back({0, 0, true, t});
    return recording;
}

/// Counts of channel 1 of each frame, all pixels together.
std::vector<float> on_counts(const Tensor& frames) {
    std::vector<float> counts(static_cast<size_t>(frames.shape()[0]));
    const int64_t each = frames.size() / frames.shape()[0];
    for (int64_t i = 1; i < frames.size(); i += 2) counts[static_cast<size_t>(i / each)] += frames[i];
    return counts;
}

std::vector<float> on_counts(const EventRecording& recording, int timesteps, const FrameOptions& options) {
    return on_counts(frame_events(recording, timesteps, options));
}

using Counts = std::vector<float>;

const FrameOptions kNumber{.split = "number"}, kVoxel{.split = "voxel"};

}  // namespace

TEST_CASE("frames are [T, H, W, 2]; channel 0 counts OFF events, channel 1 ON events") {
    // x = 2, y = 1 on a sensor 3 wide and 2 high: pixel 5, counted from 0.
    const EventRecording recording{3, 2, {{0, 0, false, 10}, {2, 1, true, 11}, {2, 1, true, 12}, {1, 0, true, 30}}};
    const Tensor expected({2, 2, 3, 2}, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,  //
                                         0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(same_bits(frame_events(recording, 2), expected));
}

TEST_CASE("polarity_first = on lets the channels change places") {
    const EventRecording recording{1, 1, {{0, 0, false, 0}, {0, 0, true, 1}, {0, 0, true, 2}}};
    CHECK(same_bits(frame_events(recording, 1), Tensor({1, 1, 1, 2}, {1, 2})));
    CHECK(same_bits(frame_events(recording, 1, {.polarity_first = "on"}), Tensor({1, 1, 1, 2}, {2, 1})));
}

TEST_CASE("split = time: frames of equal duration from the first event on, the last takes the rest") {
    // 100 to 111 us in three frames: 11 / 3 = 3 us each, [100, 103), [103, 106) and what is left.
    const EventRecording recording = at_times({100, 102, 103, 105, 106, 108, 109, 111});
    CHECK(on_counts(recording, 3, {}) == Counts{2, 2, 4});
    CHECK(on_counts(recording, 1, {}) == Counts{8});
    // Shorter than a microsecond a frame: frames of one microsecond.
    CHECK(on_counts(at_times({5, 6, 6, 7}), 5, {}) == Counts{1, 2, 1, 0, 0});
    CHECK(on_counts(at_times({5, 5}), 2, {}) == Counts{2, 0});
}

TEST_CASE("split = time with frame_us: frames of that duration, later events dropped, later frames empty") {
    const EventRecording recording = at_times({100, 109, 110, 125, 130});
    const FrameOptions ten{.frame_us = 10};
    CHECK(on_counts(recording, 3, ten) == Counts{2, 1, 1});
    CHECK(on_counts(recording, 4, ten) == Counts{2, 1, 1, 1});
    CHECK(on_counts(recording, 6, ten) == Counts{2, 1, 1, 1, 0, 0});
    CHECK(frames_needed(recording, 10) == 4);
    CHECK(frames_needed(recording, 31) == 1);
    CHECK(frames_needed(recording, 30) == 2);
    CHECK(frames_needed(at_times({}), 10) == 0);
}

TEST_CASE("split = number: equal numbers of events a frame, the last takes the rest") {
    const EventRecording eleven = at_times({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9});
    CHECK(on_counts(eleven, 3, kNumber) == Counts{3, 3, 5});
    CHECK(on_counts(eleven, 11, kNumber) == Counts(11, 1.0f));
    CHECK(on_counts(at_times({1, 2}), 3, kNumber) == Counts{0, 0, 2});  // 2 / 3 = 0 events a frame
    const EventRecording order{1, 1, {{0, 0, true, 1}, {0, 0, false, 2}, {0, 0, false, 3}}};
    CHECK(same_bits(frame_events(order, 3, kNumber), Tensor({3, 1, 1, 2}, {0, 1, 1, 0, 1, 0})));
}

TEST_CASE("split = voxel: an event counts in the two nearest frames, linearly") {
    // Five frames over 0 to 16 us: their centres are at 0, 4, 8, 12 and 16 us.
    CHECK(on_counts(at_times({0, 1, 4, 7, 10, 16}), 5, kVoxel) == Counts{1.75f, 1.5f, 1.25f, 0.5f, 1.0f});
    CHECK(on_counts(at_times({3, 5}), 2, kVoxel) == Counts{1, 1});
    CHECK(on_counts(at_times({3, 5, 9}), 1, kVoxel) == Counts{3});
    CHECK(on_counts(at_times({3, 3}), 3, kVoxel) == Counts{2, 0, 0});  // no duration: all in the first frame
    const EventRecording both{1, 1, {{0, 0, true, 0}, {0, 0, false, 1}, {0, 0, false, 4}}};
    CHECK(same_bits(frame_events(both, 2, kVoxel), Tensor({2, 1, 1, 2}, {0.75f, 1, 1.25f, 0})));
}

TEST_CASE("a recording without events gives empty frames for every split") {
    const EventRecording empty{34, 34, {}};
    for (const char* split : {"time", "number", "voxel"})
        CHECK(same_bits(frame_events(empty, 3, {.split = split}), Tensor({3, 34, 34, 2})));
    CHECK(same_bits(frame_events(empty, 3, {.frame_us = 1000}), Tensor({3, 34, 34, 2})));
}

TEST_CASE("times a long way apart lose no event and leave no frame") {
    const EventRecording recording = at_times({0, int64_t{1} << 52, (int64_t{1} << 61) - 1, int64_t{1} << 61});
    for (const char* split : {"time", "number", "voxel"}) {
        const Counts counts = on_counts(recording, 1000, {.split = split});
        CHECK(std::accumulate(counts.begin(), counts.end(), 0.0f) == doctest::Approx(4.0f));
    }
    CHECK(on_counts(recording, 2, {.frame_us = 1}) == Counts{1, 0});
}

TEST_CASE("options and lengths out of their domain are errors that name the key and the value") {
    const auto error = [](int timesteps, const FrameOptions& options) {
        return message_of([&] { frame_events(EventRecording{34, 34, {}}, timesteps, options); });
    };
    CHECK(contains(error(0, {}), "timesteps = 0: give at least one frame"));
    CHECK(contains(error(-4, {}), "timesteps = -4"));
    CHECK(error(1000, {.frame_us = 1}).empty());
    CHECK(contains(error(116106, {}), "timesteps = 116106: give at most 116105 frames of 34x34"));
    CHECK(contains(error(2147483647, {}), "timesteps = 2147483647"));
    CHECK(contains(error(1, {.split = "times"}), "events.split = `times` (did you mean `time`?)"));
    CHECK(contains(error(1, {.polarity_first = "On"}), "events.polarity_first = `On` (did you mean `on`?)"));
    CHECK(contains(error(1, {.frame_us = -1}), "events.frame_us = -1"));
    CHECK(contains(error(1, {.split = "number", .frame_us = 5}), "events.frame_us = 5"));
    CHECK(contains(message_of([] { frames_needed({}, 0); }), "events.frame_us = 0"));
}

TEST_CASE("frame options are read from a config") {
    Settings settings;
    settings.set("events.split", "voxel", "test");
    settings.set("events.polarity_first", "on", "test");
    const auto options = settings.read<FrameOptions>("events");
    CHECK(options.split == "voxel");
    CHECK(options.polarity_first == "on");
    CHECK(options.frame_us == 0);
    CHECK(settings.read<NmnistOptions>("events").overflow == "marker");
}

TEST_CASE("a real recording gives the counts of another program, where it is at hand") {
    const std::string folder = nmnist_data();
    if (folder.empty()) {
        MESSAGE("skipped: no folder data/nmnist in $BISPIKE_SHARED or ../shared");
        return;
    }
    const EventRecording recording = read_nmnist(folder + "/1.bs2");
    const auto counts = [&](int timesteps, const FrameOptions& options) {
        const Tensor frames = frame_events(recording, timesteps, options);
        Counts each(static_cast<size_t>(timesteps));
        for (int64_t i = 0; i < frames.size(); ++i) each[static_cast<size_t>(i / (34 * 34 * 2))] += frames[i];
        return each;
    };
    CHECK(counts(10, {}) == Counts{410, 1154, 315, 68, 821, 745, 100, 304, 589, 175});
    CHECK(counts(10, kNumber) == Counts{468, 468, 468, 468, 468, 468, 468, 468, 468, 469});
    CHECK(frames_needed(recording, 1000) == 306);
    const Tensor whole = frame_events(recording, 1);
    CHECK(whole[(10 * 34 + 16) * 2] == 15.0f);      // OFF at x = 16, y = 10
    CHECK(whole[(30 * 34 + 18) * 2 + 1] == 15.0f);  // ON at x = 18, y = 30
}
