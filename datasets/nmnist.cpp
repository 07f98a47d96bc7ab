// Reading one recording of N-MNIST.
#include "datasets/nmnist.h"

#include <algorithm>

#include "datasets/gzip_file.h"
#include "sim/core/error.h"
#include "sim/core/settings.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kEventBytes = 5;
constexpr int64_t kSide = 34;                      // [pixels]
constexpr unsigned kMarkerRow = 240;               // stands in y
constexpr int64_t kMarkerStep = int64_t{1} << 13;  // [us]
// Two hundred times the events of a long recording. Counts of them are exact in float32 too.
constexpr size_t kMaximumBytes = kEventBytes << 20;
constexpr size_t kFirstBlock = size_t{1} << 15;  // [bytes] most recordings fit

/// All bytes, in blocks that double, so that memory grows with what the file really holds.
std::vector<unsigned char> read_bytes(const fs::path& path) {
    GzipFile file(path);
    std::vector<unsigned char> bytes;
    for (size_t had = 0;; had = bytes.size()) {
        bytes.resize(std::clamp(2 * had, kFirstBlock, kMaximumBytes + 1));
        const size_t got = file.read(std::span(bytes).subspan(had));
        if (had + got == bytes.size() && bytes.size() <= kMaximumBytes) continue;
        bytes.resize(had + got);
        return bytes;
    }
}

}  // namespace

EventRecording parse_nmnist(std::span<const unsigned char> bytes, const std::string& name,
                            const NmnistOptions& options) {
    text::require_choice("events.overflow", options.overflow, "marker | none");
    if (bytes.size() > kMaximumBytes) fail("{}: more than {} events: no N-MNIST", name, kMaximumBytes / kEventBytes);
    if (bytes.size() % kEventBytes != 0)
        fail("{}: {} bytes are no whole number of events of {} bytes: the file is truncated or no N-MNIST", name,
             bytes.size(), kEventBytes);
    const bool has_markers = options.overflow == "marker";
    EventRecording recording{kSide, kSide, {}};
    recording.events.reserve(bytes.size() / kEventBytes);
    int64_t overflow = 0, last = 0;  // [us]
    for (size_t i = 0; i < bytes.size() / kEventBytes; ++i) {
        const auto e = bytes.subspan(i * kEventBytes, kEventBytes);
        if (has_markers && e[1] == kMarkerRow) {
            overflow += kMarkerStep;
            continue;
        }
        if (e[0] >= kSide || e[1] >= kSide)
            fail("{}: event {} at x = {}, y = {} is outside the sensor of {}x{}", name, i, e[0], e[1], kSide, kSide);
        const int64_t time = overflow + (int64_t{e[2] & 0x7F} << 16 | int64_t{e[3]} << 8 | int64_t{e[4]});
        if (time < last) fail("{}: time runs backwards: event {} at {} us comes after {} us", name, i, time, last);
        last = time;
        recording.events.push_back({e[0], e[1], (e[2] & 0x80) != 0, time});
    }
    return recording;
}

EventRecording read_nmnist(const fs::path& path, const NmnistOptions& options) {
    return parse_nmnist(read_bytes(path), path.string(), options);
}

}  // namespace bispike
