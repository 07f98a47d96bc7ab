// Writing a zip archive whose entries are made while it is written. With zip_file.cpp the only code that uses libzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct zip;  // libzip's zip_t

namespace bispike {

/// Deflated, without times: equal contents, equal files. It takes its place at `path` in commit(); an older file there
/// stays whole until then.
class ZipWriter {
public:
    /// The next bytes of an entry; none: it ends.
    using Next = std::function<std::vector<std::byte>()>;

    /// Throws Error if there can be no file.
    explicit ZipWriter(std::string path);
    ~ZipWriter();
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    /// An entry of `size` bytes, which `next` gives piece by piece during commit().
    void add(const std::string& name, uint64_t size, Next next);
    /// Throws Error naming the path and the reason, or what a `next` threw.
    void commit();

    struct Entry;

private:
    std::string path_, temporary_;
    zip* archive_ = nullptr;
    std::deque<Entry> entries_;
    std::exception_ptr failure_;  // of a `next`
};

}  // namespace bispike
