// The folder that a run leaves behind.
#pragma once

#include <string>

#include "sim/core/settings.h"
#include "sim/report/results.h"

namespace bispike {

/// Writes config.ini (resolved: it repeats the run), run.log, energy.json (the text `energy`; empty: none, and an older
/// one goes), results.csv and, last, results.json into `folder`, which is made where it is missing. Each file appears
/// whole or not at all, in the place of an older one. Throws Error naming the path and the operating system's reason.
void write_run_directory(const std::string& folder, const Settings& settings, const RunResults& results,
                         const std::string& log, const std::string& energy);

}  // namespace bispike
