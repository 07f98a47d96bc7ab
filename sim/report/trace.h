// The trace: an observer that keeps spikes, potentials and attention of chosen layers. Layout: sim/report/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "sim/net/observer.h"

namespace bispike {

/// What to trace, and where to.
struct TraceOptions {
    std::string path = {};     // of the finished HDF5 file
    int64_t first_image = 0;   // index in the data set
    int64_t images = 16;       // traced: [first_image, first_image + images), as far as the run sees them
    std::string layers = "*";  // comma-separated globs over layer names: "block.0.*, *.attn.*"
    bool membrane = true;      // potentials of the chosen neurons
    bool attention = true;     // scores and weights of the chosen attention layers
    std::map<std::string, std::string> settings = {};  // the resolved config, kept with the trace
};

/// Writes while the run goes on, with one thread of its own behind a queue of two lanes. Memory: the chosen arrays of
/// the lanes in flight and of at most three more.
///
/// The file grows as "<path>.partial" and takes the place of `path` in finish(). So an older trace at `path` stays
/// whole until the new one is complete, and after a crash or on a full disk "<path>.partial" is readable up to the last
/// lane that was flushed. A run that starts again with the same path begins "<path>.partial" anew.
///
/// Errors: the path cannot be written (at once); the disk is full (from the next close() or from finish()); a glob that
/// matches no layer (from the first close()).
class TraceObserver : public Observer {
public:
    explicit TraceObserver(TraceOptions options);
    /// Without finish() what was traced stays in "<path>.partial".
    ~TraceObserver() override;

    std::unique_ptr<Probe> open(const Lane& lane) override;
    void close(std::unique_ptr<Probe> probe) override;
    /// Waits for the writer, completes the file and moves it to `path`. Call once, after the last close().
    void finish();

private:
    class Writer;
    TraceOptions options_;
    bool checked_ = false;  // the globs, against the layers of the first lane
    std::unique_ptr<Writer> writer_;
};

}  // namespace bispike
