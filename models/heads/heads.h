// Every head on frozen tokens by name: the words of HEADS in models/CMakeLists.txt.
#pragma once

#include <vector>

#include "sim/convex/token_head.h"

namespace bispike {

const std::vector<TokenHeadEntry>& token_heads();
/// Throws Error with the nearest name and all choices, and with the key that asked.
const TokenHeadEntry& find_token_head(const std::string& name, const char* key);

}  // namespace bispike
