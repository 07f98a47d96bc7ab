// The address of the npm registry that this machine uses.
#pragma once

#include <string>

namespace bispike {

/// $npm_config_registry, else what `npm config get registry` says where npm is installed, else the public registry.
/// Without a slash at the end. Throws Error if the environment gives something that is no http(s) address.
std::string npm_registry();

}  // namespace bispike
