// Reading spikes back from a trace file.
#pragma once

#include <string>
#include <vector>

#include "sim/core/spikes.h"
#include "sim/io/hdf5.h"

namespace bispike {

/// Opens a trace. Errors: as hdf5::File::open; not a trace; another schema version.
hdf5::File open_trace(const std::string& path);

/// Layers whose spikes are in the trace, in the order of the network.
std::vector<std::string> traced_layers(const hdf5::File& trace);

/// Spikes of the traced images [first, first + count), by their place in the trace: [count, T, ..., C]. Errors: no such
/// layer (with the nearest), no such images, damaged arrays.
Spikes traced_spikes(const hdf5::File& trace, const std::string& layer, int64_t first, int64_t count);
/// Of all images whose tracing was completed.
Spikes traced_spikes(const hdf5::File& trace, const std::string& layer);

}  // namespace bispike
