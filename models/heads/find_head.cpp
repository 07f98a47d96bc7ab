// Looking for a head by name.
#include "models/heads/heads.h"
#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {

const TokenHeadEntry& find_token_head(const std::string& name, const char* key) {
    std::vector<std::string> names;
    for (const TokenHeadEntry& entry : token_heads()) {
        if (entry.name == name) return entry;
        names.push_back(entry.name);
    }
    fail("{} = {}", key, suggestion(name, names));
}

}  // namespace bispike
