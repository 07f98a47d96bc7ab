// Entries of a zip archive by name. The only code that talks to libzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct zip;  // libzip's zip_t

namespace bispike {

/// An archive open for reading. Opening throws Error, naming the file and the entry, for what is no zip archive, for an
/// encrypted entry, one packed other than stored or deflated, two of one name, and for sizes in the central directory
/// that the file cannot justify: entries that overlap, or that unpack to more than 100 times the file and 1 MiB.
class ZipFile {
public:
    static ZipFile open(const std::string& path);
    /// An archive in memory, which must outlive this object; `path` is for error messages.
    static ZipFile view(std::span<const std::byte> bytes, const std::string& path);

    const std::string& path() const { return path_; }
    /// In the order of the central directory.
    const std::vector<std::string>& names() const { return names_; }
    bool has(const std::string& name) const { return entries_.contains(name); }
    /// Bytes of an entry once it is unpacked, as the central directory says; throws Error if there is none.
    uint64_t size(const std::string& name) const { return entry(name).size; }
    /// The same of all entries together.
    uint64_t unpacked_size() const { return unpacked_size_; }
    /// Unpacks one entry. Throws Error if there is none, or if its bytes do not match its size or its checksum. Memory
    /// grows with what is really there.
    std::vector<std::byte> read(const std::string& name) const;

private:
    struct Entry {
        uint64_t index, size;
    };
    struct Close {
        void operator()(zip* archive) const;
    };

    ZipFile(zip* archive, std::string path, uint64_t file_size);
    void add(uint64_t index, uint64_t file_size);
    const Entry& entry(const std::string& name) const;

    std::unique_ptr<zip, Close> archive_;
    std::string path_;
    std::vector<std::string> names_;
    std::map<std::string, Entry> entries_;
    uint64_t packed_size_ = 0, unpacked_size_ = 0;  // [bytes] of all entries
};

}  // namespace bispike
