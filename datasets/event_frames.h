// Events to frames: one frame a time step, one channel a polarity.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/event_recording.h"
#include "sim/core/fields.h"
#include "sim/core/tensor.h"

namespace bispike {

/// How a recording is cut into T frames. With t0 and t1 the times of the first and the last of N events:
/// - `time`: a frame lasts (t1 - t0) / T, rounded down to whole microseconds (but at least one), and the last frame
///   takes the rest (as SpikingJelly). With frame_us > 0 a frame lasts that long: what comes after T frames is dropped,
///   and frames after the last event are empty.
/// - `number`: a frame has N / T events, rounded down, and the last frame takes the rest (as SpikingJelly).
/// - `voxel`: an event at t counts in the two frames next to (T - 1) (t - t0) / (t1 - t0), the nearer the more, its
///   two shares summing to 1 (Zhu, Yuan, Chaney and Daniilidis, "Unsupervised event-based learning of optical flow,
///   depth, and egomotion", 2019, eq. 1 to 3, but a channel for each polarity in place of a sign).
struct FrameOptions {
    std::string split = "time";
    int64_t frame_us = 0;  // [us]
    std::string polarity_first = "off";

    static constexpr auto fields() {
        using O = FrameOptions;
        return std::tuple(
            field("split", &O::split, "time | number | voxel",
                  "frames of equal duration, of equal numbers of events, or events shared by the two nearest frames"),
            field("frame_us", &O::frame_us, "us", "duration of a frame where split = time; 0: the recording's / T"),
            field(
                "polarity_first", &O::polarity_first, "off | on",
                "which events channel 0 counts: off, darker (as tonic and SpikingJelly); channel 1 counts the others"));
    }
};

/// Throws Error naming the key (events.<field>) and the value if an option is out of its domain.
void require_valid(const FrameOptions& options);

/// Number of events at each pixel, by polarity; whole numbers but for split = voxel. [T, H, W, 2]. A recording without
/// events gives empty frames. Throws Error for invalid options, T < 1 and frames of more than 1 GiB together.
Tensor frame_events(const EventRecording& recording, int timesteps, const FrameOptions& options = {});

/// How many frames of that duration hold the whole recording; 0 if it is empty. Throws Error for frame_us < 1.
int64_t frames_needed(const EventRecording& recording, int64_t frame_us);

}  // namespace bispike
