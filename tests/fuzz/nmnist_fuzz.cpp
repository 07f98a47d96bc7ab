// Fuzz target: any bytes are a recording of N-MNIST or an Error; what is read can be framed and loses no event.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>

#include "datasets/event_frames.h"
#include "datasets/nmnist.h"
#include "sim/core/error.h"

using namespace bispike;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void require_promise(const EventRecording& recording) {
    int64_t last = 0;
    for (const Event& event : recording.events) {
        require(event.x < recording.width && event.y < recording.height && event.time_us >= last);
        last = event.time_us;
    }
}

void frame(const EventRecording& recording, int timesteps) {
    for (const char* split : {"time", "number", "voxel"}) {
        const Tensor frames = frame_events(recording, timesteps, {.split = split});
        const double sum = std::accumulate(frames.values().begin(), frames.values().end(), 0.0);
        const auto events = static_cast<double>(recording.events.size());
        require(std::abs(sum - events) <= 1e-4 * events);
    }
    frame_events(recording, timesteps, {.frame_us = 1000});
}

}  // namespace

/// The first byte chooses the convention and the number of frames, the others are the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const NmnistOptions options{.overflow = data[0] % 2 == 0 ? "marker" : "none"};
    try {
        const EventRecording recording = parse_nmnist({data + 1, size - 1}, "fuzz", options);
        require_promise(recording);
        frame(recording, 1 + data[0] % 7);
    } catch (const Error&) {
    }
    return 0;
}
