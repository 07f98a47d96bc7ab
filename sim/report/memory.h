// Memory that this process has used.
#pragma once

#include <cstdint>

namespace bispike {

/// Largest resident set of this process so far. [bytes]
uint64_t peak_memory_bytes();

}  // namespace bispike
