// What this build is: version, commit, compiler, and the instructions it chose on this machine.
#pragma once

#include <string>

#include "sim/report/provenance.h"

namespace bispike {

/// One line for `bispike --version`:
/// "bispike 0.1.0, commit fdbcb39a1c2e, compiler GNU 12.2.0, dispatch target AVX3".
/// The commit ends in "-dirty" when the sources differed from it, and is "unknown" outside a git checkout. The dispatch
/// target is the best instruction set of those compiled in that this processor has, under Highway's name.
std::string version_text();

/// The compiler of this build: "GNU 12.2.0".
std::string compiler_text();

/// The instruction set that the kernels run on here, under Highway's name: "AVX3".
std::string dispatch_target();

/// The origin of a result as far as program, machine and threads go; the rest is the run's.
Provenance provenance_here();

}  // namespace bispike
