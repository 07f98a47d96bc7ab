// For tests: makes tar archives.
#pragma once

#include <cstdio>

#include "tests/datasets/bytes.h"

namespace bispike::testing {

/// One ustar member, padded to whole blocks. `type`: '0' file, '2' link, '5' folder, ...
inline Bytes tar_member(const std::string& name, const Bytes& content, char type = '0') {
    Bytes block(512, 0);
    const auto put = [&](size_t place, const std::string& text) {
        std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(place));
    };
    char number[16];
    std::snprintf(number, sizeof number, "%011zo", content.size());
    put(0, name), put(100, "0000644"), put(124, number), put(148, "        "), put(257, "ustar"), put(263, "00");
    block[156] = static_cast<unsigned char>(type);
    unsigned sum = 0;
    for (const unsigned char c : block) sum += c;
    std::snprintf(number, sizeof number, "%06o", sum);
    put(148, number), block[154] = 0;
    append(block, content);
    block.resize((block.size() + 511) / 512 * 512);
    return block;
}

inline Bytes tar_archive(const std::vector<Bytes>& members) {
    Bytes archive;
    for (const Bytes& member : members) append(archive, member);
    archive.resize(archive.size() + 1024);
    return archive;
}

}  // namespace bispike::testing
