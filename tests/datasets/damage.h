// For fuzz tests: damage done to a file, drawn from a seeded stream.
#pragma once

#include <algorithm>

#include "sim/core/rng.h"
#include "tests/datasets/bytes.h"

namespace bispike::testing {

/// One to four flipped bits, and in a third of the cases a shorter or longer file as well.
inline Bytes damaged(Bytes bytes, Rng& rng) {
    const int64_t flips = 1 + rng.below(4);
    for (int64_t i = 0; i < flips; ++i) {
        // Half of the flips hit the first 16 bytes, where the headers are.
        const int64_t reach = rng.below(2) == 0 ? std::min<int64_t>(16, std::ssize(bytes)) : std::ssize(bytes);
        const auto place = static_cast<size_t>(rng.below(reach));
        bytes[place] = static_cast<unsigned char>(bytes[place] ^ (1u << rng.below(8)));
    }
    if (rng.below(3) == 0) bytes.resize(static_cast<size_t>(1 + rng.below(std::ssize(bytes) + 8)));
    return bytes;
}

}  // namespace bispike::testing
