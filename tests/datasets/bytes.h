// For tests of readers: files made byte by byte.
#pragma once

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <span>
#include <vector>

namespace bispike::testing {

using Bytes = std::vector<unsigned char>;

inline Bytes read_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

inline std::filesystem::path write_gzip(const std::filesystem::path& path, std::span<const unsigned char> bytes) {
    gzFile file = gzopen(path.c_str(), "wb1");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path;
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

}  // namespace bispike::testing
