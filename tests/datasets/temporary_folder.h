// For tests that need files: a folder of their own, and short ways to fill it.
#pragma once

#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace bispike::testing {

using Bytes = std::vector<unsigned char>;

/// Exists while it lives.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "bispike-test-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const std::string& name, std::span<const unsigned char> bytes) const {
        std::filesystem::remove(path_ / name);  // ext4 flushes a file that is truncated and rewritten to the disk
        std::ofstream(path_ / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return path_ / name;
    }
    std::filesystem::path write_gzip(const std::string& name, std::span<const unsigned char> bytes) const {
        gzFile file = gzopen((path_ / name).c_str(), "wb1");
        gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
        gzclose(file);
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

inline Bytes read_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

inline void append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

/// An IDX file of bytes.
inline Bytes idx_bytes(std::span<const unsigned> extents, const Bytes& values) {
    Bytes file = {0, 0, 8, static_cast<unsigned char>(extents.size())};
    for (const unsigned e : extents)
        for (int shift = 24; shift >= 0; shift -= 8) file.push_back(static_cast<unsigned char>(e >> shift));
    append(file, values);
    return file;
}

inline Bytes idx_bytes(std::initializer_list<unsigned> extents, const Bytes& values) {
    return idx_bytes(std::span(extents.begin(), extents.size()), values);
}

/// What the Error thrown by `action` says; "" if it throws none.
template <class E, class Action>
std::string message_of(Action&& action) {
    try {
        action();
    } catch (const E& error) {
        return error.what();
    }
    return "";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace bispike::testing
