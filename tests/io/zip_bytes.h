// For tests of readers: zip archives made byte by byte, sound or not.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/io/pickle_bytes.h"

namespace bispike::testing {

/// One entry; the defaults are those of a sound one that is stored.
struct MadeEntry {
    std::string name, content;
    int method = 0;                                   // 8 deflates the content
    int flags = 0;                                    // 1 says that it is encrypted
    std::optional<uint32_t> size = std::nullopt;      // told in place of the content's
    std::optional<uint32_t> packed = std::nullopt;    // the same once it is packed
    std::optional<uint32_t> checksum = std::nullopt;  // the same
};

inline std::string deflated(const std::string& content) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, content.size()), '\0');
    std::string from = content;  // zlib wants it mutable
    stream.next_in = reinterpret_cast<Bytef*>(from.data());
    stream.avail_in = static_cast<uInt>(from.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// The archive: each entry behind its local header, the central directory, the end record.
inline std::string zip_bytes(const std::vector<MadeEntry>& entries) {
    using pickled::little;
    std::string archive, directory;
    for (const MadeEntry& entry : entries) {
        const std::string packed = entry.method == 8 ? deflated(entry.content) : entry.content;
        const uint64_t checksum =
            crc32_z(0, reinterpret_cast<const Bytef*>(entry.content.data()), entry.content.size());
        const std::string description =
            little(20, 2) + little(static_cast<uint64_t>(entry.flags), 2) +
            little(static_cast<uint64_t>(entry.method), 2) + little(0, 4) +
            little(entry.checksum.value_or(checksum), 4) + little(entry.packed.value_or(packed.size()), 4) +
            little(entry.size.value_or(entry.content.size()), 4) + little(entry.name.size(), 2) + little(0, 2);
        directory +=
            "PK\x01\x02" + little(20, 2) + description + little(0, 10) + little(archive.size(), 4) + entry.name;
        archive += "PK\x03\x04" + description + entry.name + packed;
    }
    const std::string count = little(entries.size(), 2);
    return archive + directory + "PK\x05\x06" + little(0, 4) + count + count + little(directory.size(), 4) +
           little(archive.size(), 4) + little(0, 2);
}

}  // namespace bispike::testing
