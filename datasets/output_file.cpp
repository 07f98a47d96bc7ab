// New files, over C's stdio, which reports every error.
#include "datasets/output_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "sim/core/error.h"

namespace bispike {

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path), file_(std::fopen(path.c_str(), "wbx")) {
    if (file_ == nullptr) fail_writing();
}

OutputFile::~OutputFile() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

void OutputFile::write(std::span<const unsigned char> bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail_writing();
}

void OutputFile::close() {
    if (std::fflush(file_) != 0) fail_writing();
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail_writing();
}

void OutputFile::fail_writing() const { fail("cannot write {}: {}", path_.string(), std::strerror(errno)); }

}  // namespace bispike
