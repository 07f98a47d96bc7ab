// The trace: an observer that keeps spikes, potentials and attention of chosen layers. Layout: sim/report/README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/energy/attribution.h"
#include "sim/net/observer.h"
#include "sim/report/image_choice.h"
#include "sim/report/pictures.h"
#include "sim/report/provenance.h"
#include "sim/report/trace_quantity.h"

namespace bispike {

/// What to trace, and where to.
struct TraceOptions {
    std::string path = {};                             // of the finished HDF5 file
    std::vector<int64_t> images = image_range(0, 16);  // places in the data set, rising; as far as the run sees them
    std::string layers = "*";                          // comma-separated globs over names: "block.0.*, *.attn.*"
    Quantities quantities = usual_quantities();        // of the chosen layers
    Provenance provenance = {};                        // kept with the trace
    Pictures pictures = {};                            // kept beside the spikes, of the traced images
    std::vector<std::string> class_names = {};         // empty: classes have numbers only
};

/// Writes while the run goes on, with one thread of its own behind a queue of two lanes. Memory, however long the trace
/// grows: the chosen arrays of the lanes that the run has in flight and of at most three more, a packed chunk of each
/// array, and the index of the chunks that are on the disk: less than a hundredth of the file.
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
    const TraceOptions& options() const { return options_; }
    /// Where the energy of the next traced image went: of each image of a lane, in order, before its close(); or never.
    void add_energy(Attribution image) { energy_.push_back(std::move(image)); }
    /// The file while it grows.
    std::string partial_path() const { return options_.path + ".partial"; }
    /// Waits for the writer, completes the file and moves it to `path`. Call once, after the last close().
    void finish();

private:
    class Writer;
    TraceOptions options_;
    std::vector<Attribution> energy_;  // of the lane that closes next
    bool checked_ = false;             // the globs, against the layers of the first lane
    std::unique_ptr<Writer> writer_;
};

}  // namespace bispike
