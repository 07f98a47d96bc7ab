// Peak memory, as the kernel counted it.
#include "sim/report/memory.h"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace bispike {

uint64_t peak_memory_bytes() {
    // getrusage counts what the process was before it became this program too: a large parent's fork.
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;  // "VmHWM:   1234 kB"
    rusage usage{};                                                                 // a system without /proc
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace bispike
