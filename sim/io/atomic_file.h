// Files that appear whole or not at all.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace bispike {

/// Collects bytes in a temporary file beside `path`; commit() puts it in the place of `path`. Until then an older file
/// at `path` stays as it is; without commit() the temporary file is removed. Errors name the path and the operating
/// system's reason.
class AtomicFile {
public:
    explicit AtomicFile(std::string path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }
    void commit();

private:
    void close_and_remove();

    std::string path_, temporary_;
    int descriptor_ = -1;
};

/// Writes a whole file atomically.
void write_file(const std::string& path, std::span<const std::byte> bytes);
void write_file(const std::string& path, std::string_view text);

/// Moves a finished, closed file to `path` once its bytes are on the disk.
void publish(const std::string& temporary, const std::string& path);

}  // namespace bispike
