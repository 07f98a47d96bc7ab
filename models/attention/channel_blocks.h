// In how many groups some mixers mix channels: the key attention.blocks.
#pragma once

#include "sim/core/error.h"
#include "sim/net/registry.h"
#include "sim/ops/heads.h"

namespace bispike {

struct BlockCount {
    int blocks = 4;
    static constexpr auto fields() {
        return std::tuple(
            field("blocks", &BlockCount::blocks, "blocks", "groups of channels of b_fno and afno; they divide dim"));
    }
};

/// Throws Error for a number that does not divide the width.
inline int64_t channel_blocks(const Scope& scope, const MixerSite& site) {
    const int64_t blocks = scope.settings().read<BlockCount>("attention").blocks;
    if (blocks < 1 || site.dim % blocks != 0)
        fail("attention.blocks = {}: they do not divide network.dim = {}; choices: {}", blocks, site.dim,
             divisors(site.dim));
    return blocks;
}

}  // namespace bispike
