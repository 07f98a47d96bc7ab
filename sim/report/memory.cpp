// Peak memory, as the kernel counted it.
#include "sim/report/memory.h"

#include <sys/resource.h>

namespace bispike {

uint64_t peak_memory_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace bispike
