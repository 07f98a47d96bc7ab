// The coding of N-MNIST's recordings (.bin, .bs2): digits of MNIST, shown to an event camera that moves.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "datasets/event_recording.h"
#include "sim/core/fields.h"

namespace bispike {

struct NmnistOptions {
    std::string overflow = "marker";

    static constexpr auto fields() {
        return std::tuple(field("overflow", &NmnistOptions::overflow, "marker | none",
                                "y = 240 says that all later times are 2^13 us later (as tonic), or nothing special "
                                "(as SpikingJelly)"));
    }
};

/// One recording. Each event has 5 bytes: x, y, then 24 bits, big-endian, of which the first is the polarity (1: ON)
/// and 23 are the time in microseconds (Orchard, Jayawant, Cohen and Thakor, "Converting static image datasets to
/// spiking neuromorphic datasets using saccades", 2015). No bytes are an empty recording. `name` stands in errors.
/// Throws Error for a length that is no multiple of 5, more than 2^20 events, an event outside the 34x34 sensor and a
/// time that runs backwards; both name the event by its place in the file, from 0.
EventRecording parse_nmnist(std::span<const unsigned char> bytes, const std::string& name,
                            const NmnistOptions& options = {});

/// parse_nmnist on a file, plain or gzip. Takes no more than 32 MiB, whatever the file.
EventRecording read_nmnist(const std::filesystem::path& path, const NmnistOptions& options = {});

}  // namespace bispike
