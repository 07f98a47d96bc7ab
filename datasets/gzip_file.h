// Reads a file as a stream of bytes, unpacking it on the way if it is gzip.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace bispike {

class GzipFile {
public:
    /// Throws Error if the file cannot be opened.
    explicit GzipFile(const std::filesystem::path& path);
    ~GzipFile();
    GzipFile(const GzipFile&) = delete;
    GzipFile& operator=(const GzipFile&) = delete;

    /// Fills `bytes` or stops at the end of the stream; returns how many bytes came. Throws Error if the gzip stream
    /// is damaged or cut short. The gzip checksum has been verified once the end was reached.
    size_t read(std::span<unsigned char> bytes);
    /// As read; throws Error if fewer bytes came, naming the part of the file that is cut short.
    void read_all(std::span<unsigned char> bytes, const char* part);
    /// True if no byte follows.
    bool at_end();
    const std::filesystem::path& path() const { return path_; }

private:
    struct Handle;
    std::filesystem::path path_;
    std::unique_ptr<Handle> handle_;
};

/// FOLDER/NAME if that exists, else FOLDER/NAME.gz. Throws Error if neither does.
std::filesystem::path plain_or_gzip(const std::filesystem::path& folder, const std::string& name);

/// Unpacks a whole gzip file into `target`, which must not exist. Throws Error, also if the disk is full.
void gunzip(const std::filesystem::path& source, const std::filesystem::path& target);

}  // namespace bispike
