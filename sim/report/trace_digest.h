// A trace made small enough to look at: a few images, a few neurons of each layer.
#pragma once

#include <string>

#include "sim/io/hdf5.h"

namespace bispike {

struct DigestOptions {
    int64_t images = 4;   // the first ones of the trace
    int64_t shown = 96;   // neurons of a layer whose spikes are kept, evenly spaced
    int64_t watched = 6;  // of these, whose potentials are kept
};

/// A JSON object for the page: `images` (index, label, prediction, pixels, rasters, membranes, attention, energy),
/// `layers`, `attention`, `health` of all traced images. Throws Error for a trace without a whole image.
std::string trace_digest(const hdf5::File& trace, const DigestOptions& options);

}  // namespace bispike
