// Which mixer of tokens each block of an artificial network has.
#pragma once

#include <memory>
#include <vector>

#include "sim/net/registry.h"

namespace bispike {

/// What attention.model asks for: one name for all blocks, or several that the blocks take in turn.
class Mixers {
public:
    /// For `depth` blocks, of which `first` is the first. Throws Error for a name that is none of real values, and for
    /// a number of names that does not divide the depth.
    Mixers(const Scope& scope, const MixerSite& first, int depth);
    /// That of the next block, at `scope`.
    std::unique_ptr<Layer> next(const Scope& scope);

private:
    std::vector<Entry<MakeMixer>> chosen_;
    MixerSite site_;
    int depth_;
};

}  // namespace bispike
