// Counting events into frames.
#include "datasets/event_frames.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>

#include "sim/core/error.h"
#include "sim/core/settings.h"

namespace bispike {
namespace {

constexpr int64_t kMaximumValues = int64_t{1} << 28;  // 1 GiB of float32

/// Frames being filled.
class Frames {
public:
    Frames(const EventRecording& recording, int timesteps, bool on_first)
        : recording_(recording), on_first_(on_first), values_({timesteps, recording.height, recording.width, 2}) {}

    int64_t count() const { return values_.shape()[0]; }
    void add(const Event& event, int64_t frame, float share) {
        assert(frame >= 0 && frame < count() && event.x < recording_.width && event.y < recording_.height);
        const int64_t pixel = (frame * recording_.height + event.y) * recording_.width + event.x;
        values_[2 * pixel + (event.polarity != on_first_)] += share;
    }
    Tensor take() && { return std::move(values_); }

private:
    const EventRecording& recording_;
    bool on_first_;
    Tensor values_;  // [T, H, W, 2]
};

int64_t duration_of(std::span<const Event> events) { return events.back().time_us - events.front().time_us; }

void split_by_duration(std::span<const Event> events, int64_t frame_us, Frames& frames) {
    for (const Event& event : events) {
        const int64_t frame = (event.time_us - events.front().time_us) / frame_us;
        if (frame >= frames.count()) return;
        frames.add(event, frame, 1.0f);
    }
}

void split_by_time(std::span<const Event> events, Frames& frames) {
    const int64_t frame_us = std::max<int64_t>(1, duration_of(events) / frames.count());
    for (const Event& event : events) {
        const int64_t frame = (event.time_us - events.front().time_us) / frame_us;
        frames.add(event, std::min(frame, frames.count() - 1), 1.0f);
    }
}

void split_by_number(std::span<const Event> events, Frames& frames) {
    const int64_t last = frames.count() - 1, each = std::ssize(events) / frames.count();
    for (int64_t i = 0; i < std::ssize(events); ++i)
        frames.add(events[static_cast<size_t>(i)], each == 0 ? last : std::min(i / each, last), 1.0f);
}

void split_by_voxel(std::span<const Event> events, Frames& frames) {
    const auto last = static_cast<double>(frames.count() - 1);
    const auto duration = static_cast<double>(std::max<int64_t>(1, duration_of(events)));
    for (const Event& event : events) {
        const auto since = static_cast<double>(event.time_us - events.front().time_us);
        const double place = std::min(since * last / duration, last);  // rounding may take it past the last frame
        const double frame = std::floor(place), later = place - frame;
        frames.add(event, static_cast<int64_t>(frame), static_cast<float>(1.0 - later));
        if (later > 0.0) frames.add(event, static_cast<int64_t>(frame) + 1, static_cast<float>(later));
    }
}

void require_size(const EventRecording& recording, int timesteps) {
    if (timesteps < 1) fail("timesteps = {}: give at least one frame", timesteps);
    const int64_t values = 2 * std::max<int64_t>(1, recording.height * recording.width);
    if (timesteps > kMaximumValues / values)
        fail("timesteps = {}: give at most {} frames of {}x{}", timesteps, kMaximumValues / values, recording.height,
             recording.width);
}

}  // namespace

void require_valid(const FrameOptions& options) {
    for_each_field<FrameOptions>([&](const auto& f) {
        if constexpr (std::is_same_v<std::decay_t<decltype(options.*(f.member))>, std::string>)
            text::require_choice(std::string("events.") + f.name, options.*(f.member), f.domain);
    });
    if (options.frame_us < 0) fail("events.frame_us = {}: give microseconds, or 0", options.frame_us);
    if (options.frame_us > 0 && options.split != "time")
        fail("events.frame_us = {}: frames have a duration where events.split = time, not {}", options.frame_us,
             options.split);
}

Tensor frame_events(const EventRecording& recording, int timesteps, const FrameOptions& options) {
    require_valid(options);
    require_size(recording, timesteps);
    Frames frames(recording, timesteps, options.polarity_first == "on");
    const std::span<const Event> events = recording.events;
    if (events.empty()) return std::move(frames).take();
    if (options.split == "number")
        split_by_number(events, frames);
    else if (options.split == "voxel")
        split_by_voxel(events, frames);
    else if (options.frame_us > 0)
        split_by_duration(events, options.frame_us, frames);
    else
        split_by_time(events, frames);
    return std::move(frames).take();
}

int64_t frames_needed(const EventRecording& recording, int64_t frame_us) {
    if (frame_us < 1) fail("events.frame_us = {}: give at least one microsecond", frame_us);
    return recording.events.empty() ? 0 : duration_of(recording.events) / frame_us + 1;
}

}  // namespace bispike
