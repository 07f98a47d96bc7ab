// HDF5 files with a seal, written atomically.
#pragma once

#include <string>

#include "sim/io/hdf5.h"

namespace bispike {

/// Writes a file made in memory to its path: sealed and atomically.
void write_sealed(hdf5::File& file);
/// Opens a file for reading once its seal, if it has one, is found unbroken.
hdf5::File open_sealed(const std::string& path);

}  // namespace bispike
