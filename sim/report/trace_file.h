// Writing a trace file, lane by lane. Layout: sim/report/README.md.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/io/hdf5.h"
#include "sim/report/spike_series.h"
#include "sim/report/trace_lane.h"

namespace bispike {

inline constexpr const char* kTraceSchema = "bispike-trace";
inline constexpr int64_t kTraceSchemaVersion = 2;

/// "<path>.partial" while it grows.
class TraceFile {
public:
    explicit TraceFile(const TraceOptions& options);
    /// Appends a lane and flushes; the samples are listed last, when all that belongs to them is on the disk.
    void write(const TraceLane& lane);
    /// Marks the file as complete, closes it and moves it to its path.
    void finish();
    /// Leaves the file as the last flush left it.
    void abandon() { file_.abandon(); }

private:
    void write_provenance(const Provenance& provenance);
    void begin(const TraceLane& first);
    void begin_energy(const TraceLane& first);
    void put_threshold(const std::string& object);
    hdf5::Series make_series(const std::string& object, const Shape& shape);
    void write_array(const std::string& object, const Tensor& values);
    void write_samples(const TraceLane& lane);
    void require_complete() const;

    std::string path_;
    hdf5::File file_;
    Shape picture_;      // [H, W, C]; of rank 0: no pictures
    int timesteps_ = 0;  // 0: nothing written yet
    int64_t samples_ = 0;
    std::map<std::string, float> thresholds_;  // by layer of neurons
    std::optional<hdf5::Series> index_, label_, prediction_, logits_, image_;
    std::map<std::string, SpikeSeries> spikes_;   // by layer
    std::map<std::string, hdf5::Series> arrays_;  // by object
};

}  // namespace bispike
