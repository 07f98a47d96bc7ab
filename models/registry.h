// Every model of this library by name.
#pragma once

#include "sim/net/registry.h"

namespace bispike {

/// The table that models/CMakeLists.txt fills: one word, one model. Made on the first call.
const Registry& registry();

}  // namespace bispike
