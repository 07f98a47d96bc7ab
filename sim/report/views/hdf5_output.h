// An HDF5 file that takes its place when it is whole.
#pragma once

#include <string>

#include "sim/io/hdf5.h"

namespace bispike {

/// "<path>.partial" until finish(); removed without it.
class Hdf5Output {
public:
    explicit Hdf5Output(std::string path);
    ~Hdf5Output();
    Hdf5Output(const Hdf5Output&) = delete;
    Hdf5Output& operator=(const Hdf5Output&) = delete;

    hdf5::File& file() { return file_; }
    void finish();

private:
    std::string path_;
    hdf5::File file_;
    bool finished_ = false;
};

}  // namespace bispike
