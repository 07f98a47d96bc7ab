// Labelled recordings.
#include "datasets/event_set.h"

#include <algorithm>

namespace bispike {

EventSet::EventSet(const std::string& folder, Split split, int timesteps, const FrameOptions& frames,
                   const NmnistOptions& coding)
    : spec_{.height = 34, .width = 34, .channels = 2, .classes = 10, .frames = timesteps},
      frames_(frames),
      coding_(coding) {
    require_valid(frames);
    for (LabelledRecording& recording : list_nmnist(folder, split)) {
        paths_.push_back(std::move(recording.path));
        labels_.push_back(recording.label);
    }
}

Tensor EventSet::recordings(std::span<const int64_t> samples) const {
    Tensor all({static_cast<int64_t>(samples.size()), spec_.frames, spec_.height, spec_.width, spec_.channels});
    const int64_t each = all.size() / std::max<int64_t>(1, all.shape()[0]);
    for (size_t b = 0; b < samples.size(); ++b) {
        const EventRecording recording = read_nmnist(paths_[static_cast<size_t>(samples[b])], coding_);
        const Tensor frames = frame_events(recording, static_cast<int>(spec_.frames), frames_);
        std::ranges::copy(frames.values(), all.data() + static_cast<int64_t>(b) * each);
    }
    return all;
}

}  // namespace bispike
