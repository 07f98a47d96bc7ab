// Every head on frozen tokens by name: the words of HEADS in models/CMakeLists.txt.
#pragma once

#include <memory>
#include <vector>

#include "sim/net/registry.h"

namespace bispike {

struct HeadSite;
class TokenHead;
/// Throws Error for a site that the head does not fit.
using MakeTokenHead = std::unique_ptr<TokenHead> (*)(const HeadSite&);

/// For find() of sim/net/registry.h.
const std::vector<Entry<MakeTokenHead>>& token_heads();

}  // namespace bispike
