// The line of `bispike --version`. CMake gives BISPIKE_VERSION and BISPIKE_COMPILER, and tools/commit.cmake the commit.
#include "tools/version.h"

#include <fmt/format.h>

// highway.h defines which targets are compiled in; targets.h alone does not build on its own in every version.
#include <hwy/highway.h>

#include "sim/core/parallel.h"
#include "tools/commit.h"

namespace bispike {

std::string dispatch_target() {
    const auto targets = hwy::SupportedAndGeneratedTargets();  // best first
    return hwy::TargetName(targets.empty() ? HWY_STATIC_TARGET : targets.front());
}

std::string compiler_text() { return BISPIKE_COMPILER; }

std::string version_text() {
    return fmt::format("bispike {}, commit {}, compiler {}, dispatch target {}", BISPIKE_VERSION, kCommit,
                       BISPIKE_COMPILER, dispatch_target());
}

Provenance provenance_here() {
    return {.version = version_text(),
            .compiler = compiler_text(),
            .dispatch = dispatch_target(),
            .threads = thread_count()};
}

}  // namespace bispike
