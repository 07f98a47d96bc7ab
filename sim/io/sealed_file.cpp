// HDF5 files with a seal, written atomically.
#include "sim/io/sealed_file.h"

#include "sim/io/atomic_file.h"
#include "sim/io/seal.h"

namespace bispike {

void write_sealed(hdf5::File& file) {
    std::vector<std::byte> bytes = file.image();
    seal(bytes);
    write_file(file.path(), bytes);
}

hdf5::File open_sealed(const std::string& path) {
    require_unbroken_seal(path);
    return hdf5::File::open(path);
}

}  // namespace bispike
