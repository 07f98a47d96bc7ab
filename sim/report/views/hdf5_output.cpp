// An HDF5 file that takes its place when it is whole.
#include "sim/report/views/hdf5_output.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"

namespace bispike {
namespace {

hdf5::File create(const std::string& path) {
    if (std::filesystem::is_directory(path)) fail("cannot write {}: it is a folder", path);
    return hdf5::File::create(path + ".partial");
}

}  // namespace

Hdf5Output::Hdf5Output(std::string path) : path_(std::move(path)), file_(create(path_)) {}

Hdf5Output::~Hdf5Output() {
    if (finished_) return;
    file_.abandon();
    ::unlink((path_ + ".partial").c_str());
}

void Hdf5Output::finish() {
    file_.close();
    publish(path_ + ".partial", path_);
    finished_ = true;
}

}  // namespace bispike
