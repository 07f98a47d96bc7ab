// The key that every quantiser reads.
#pragma once

#include "sim/net/registry.h"

namespace bispike {

inline constexpr int kMostLevels = 127;

struct LevelOptions {
    int levels = 16;
    static constexpr auto fields() {
        return std::tuple(
            field("levels", &LevelOptions::levels, "1..127", "L, steps that a quantised value can be away from 0"));
    }
};

/// L. Throws Error for a value out of range.
inline int read_levels(const Scope& scope) {
    const int levels = scope.settings().read<LevelOptions>("network").levels;
    if (levels < 1 || levels > kMostLevels) fail("network.levels = {}: must be in 1..{}", levels, kMostLevels);
    return levels;
}

}  // namespace bispike
