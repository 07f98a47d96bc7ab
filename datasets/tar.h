// Reads tar archives (POSIX ustar), plain or gzip, as a stream of members.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "datasets/gzip_file.h"

namespace bispike {

/// One regular file in an archive.
struct TarMember {
    std::string name;  // as in the archive: relative, without ".."
    int64_t size = 0;  // [bytes]
};

class TarReader {
public:
    /// Throws Error if the file cannot be opened.
    explicit TarReader(const std::filesystem::path& archive) : file_(archive) {}

    /// Goes to the next regular file; false at the end of the archive. Folders, links, devices and extended headers
    /// are passed over. Throws Error for a damaged or truncated archive and for a member whose path is absolute or
    /// leads upwards.
    bool next();
    const TarMember& member() const { return member_; }
    /// Writes the member to a new file of the caller's choice. Throws Error, also if the disk is full.
    void extract(const std::filesystem::path& target);

private:
    void skip(int64_t bytes);

    GzipFile file_;
    TarMember member_;
    int64_t unread_ = 0;   // bytes of the member still in the stream
    int64_t padding_ = 0;  // up to the next multiple of 512
};

}  // namespace bispike
