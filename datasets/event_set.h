// A set of labelled recordings of an event camera, framed when they are asked for.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "datasets/event_frames.h"
#include "datasets/nmnist.h"
#include "datasets/nmnist_folder.h"
#include "sim/core/tensor.h"

namespace bispike {

/// Immutable once made. Recordings stay on the disk; each is read and checked when its frames are made.
class EventSet {
public:
    /// N-MNIST in a folder (see nmnist_folder.h), in `timesteps` frames a recording. Throws Error for an empty or
    /// malformed folder and for bad options.
    EventSet(const std::string& folder, Split split, int timesteps, const FrameOptions& frames,
             const NmnistOptions& coding);

    int64_t size() const { return static_cast<int64_t>(labels_.size()); }
    std::span<const int> labels() const { return labels_; }
    const ImageSpec& spec() const { return spec_; }
    const std::vector<std::filesystem::path>& paths() const { return paths_; }  // [n]
    /// Frames of these recordings, [B, T, H, W, 2]. Throws Error, naming the file, for a damaged recording.
    Tensor recordings(std::span<const int64_t> samples) const;

private:
    std::vector<std::filesystem::path> paths_;  // [n]
    std::vector<int> labels_;                   // [n]
    ImageSpec spec_;
    FrameOptions frames_;
    NmnistOptions coding_;
};

}  // namespace bispike
